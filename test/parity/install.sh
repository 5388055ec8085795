#!/usr/bin/env bash
# Installs moto (with its server) and DuckDB into .venv, once. Sourced by the scripts that need them.
if ! .venv/bin/python -c 'import duckdb, moto.server' 2>/dev/null; then
  echo 'Installing moto and DuckDB into .venv …'
  python3 -m venv .venv
  .venv/bin/pip install --quiet --disable-pip-version-check 'moto[server,all]==5.2.*' 'duckdb==1.5.*'
fi
