#!/usr/bin/env bash
# Installs moto (with its server), DuckDB and pandas into .venv, once. Sourced by the scripts that need them.
if ! .venv/bin/python -c 'import duckdb, moto.server, pandas, pyarrow' 2>/dev/null; then
  echo 'Installing moto, DuckDB and pandas into .venv …'
  python3 -m venv .venv
  .venv/bin/pip install --quiet --disable-pip-version-check 'moto[server,all]==5.2.*' 'duckdb==1.5.*' \
    'pandas==3.*' 'pyarrow==26.*'
fi
