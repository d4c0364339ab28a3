import { ConfigureResponse, CreateRequest, UpdateRequest } from "@pulumi/pulumi/proto/provider_pb";

/** How the engine writes what is not known yet. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const mark = "#preview";

/**
 * Makes Pulumi's server for providers in Node.js tell the engine that this one can preview what it creates, as the bridged aws
 * provider does, and mark the URN of a request that is a preview: the server hands on neither.
 */
export function supportPreviews(): void {
  const { setAcceptsecrets } = ConfigureResponse.prototype;
  ConfigureResponse.prototype.setAcceptsecrets = function (value) {
    this.setSupportspreview(true);
    return setAcceptsecrets.call(this, value);
  };
  for (const request of [CreateRequest, UpdateRequest]) {
    const { getUrn } = request.prototype;
    request.prototype.getUrn = function (this: CreateRequest & UpdateRequest) {
      return getUrn.call(this) + (this.getPreview() ? mark : "");
    };
  }
}

/** A URN without its mark, and whether it had one. */
export const marked = (urn: string): { urn: string; isPreview: boolean } => ({
  urn: urn.replace(mark, ""),
  isPreview: urn.endsWith(mark),
});
