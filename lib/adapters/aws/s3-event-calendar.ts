import type { S3Client } from '@aws-sdk/client-s3';
import { type CalendarDocument, calendarDocument } from '../../service/contracts/calendar.ts';
import type { EventCalendar, StoredCalendar } from '../../service/ports.ts';
import { getRevision, putRevision } from './s3-object.ts';

const key = 'calendar/events.json';
const none = 'none';

/** The event calendar as one JSON document on S3. Its version is the object's ETag; writes are conditional on it. */
export class S3EventCalendar implements EventCalendar {
  private readonly client: S3Client;
  private readonly bucket: string;

  constructor({ client, bucket }: { client: S3Client; bucket: string }) {
    this.client = client;
    this.bucket = bucket;
  }

  async read(): Promise<StoredCalendar> {
    const object = await getRevision(this.client, this.bucket, key);
    if (object === undefined) return { document: { schemaVersion: 1, events: [] }, version: none };
    const document = calendarDocument.parse(JSON.parse(Buffer.from(object.bytes).toString()));
    return { document, version: object.revision.replaceAll('"', '') };
  }

  async replace(document: CalendarDocument, version: string): Promise<string | undefined> {
    const revision = await putRevision(
      this.client,
      { bucket: this.bucket, key, body: JSON.stringify(document), contentType: 'application/json' },
      version === none ? undefined : `"${version}"`,
    );
    return revision?.replaceAll('"', '');
  }
}
