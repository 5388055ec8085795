import { element } from './xml.ts';

/** An answer that S3 gives as `<Error>`. https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
export class S3Error extends Error {
  readonly status: number;
  readonly code: string;
  /** Further elements of the error document (`Key`, `BucketName`, `Condition`, …). */
  readonly detail: Record<string, string>;

  constructor(status: number, code: string, message: string, detail: Record<string, string> = {}) {
    super(message);
    this.name = 'S3Error';
    this.status = status;
    this.code = code;
    this.detail = detail;
  }

  /** The error document. */
  document(resource: string, requestId: string): string {
    const fields = { Code: this.code, Message: this.message, ...this.detail, Resource: resource };
    return element('Error', { ...fields, RequestId: requestId });
  }
}

export const noSuchBucket = (bucket: string) =>
  new S3Error(404, 'NoSuchBucket', 'The specified bucket does not exist', { BucketName: bucket });

export const noSuchKey = (key: string) =>
  new S3Error(404, 'NoSuchKey', 'The specified key does not exist.', { Key: key });

export const noSuchUpload = (uploadId: string) =>
  new S3Error(
    404,
    'NoSuchUpload',
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    { UploadId: uploadId },
  );

export const preconditionFailed = (condition: string) =>
  new S3Error(412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
    Condition: condition,
  });

/** The laptop's S3 names what it does not implement, so that nothing is ignored in silence. */
export const notImplemented = (what: string) =>
  new S3Error(501, 'NotImplemented', `${what} is not implemented by the laptop's S3 endpoint`, {
    Header: what,
  });

export const malformedXml = (why: string) =>
  new S3Error(
    400,
    'MalformedXML',
    `The XML you provided was not well-formed or did not validate against our published schema: ${why}`,
  );
