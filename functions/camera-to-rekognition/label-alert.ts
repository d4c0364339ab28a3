import type { Alert } from "../shared/alert";
import type { Note } from "../shared/gate/decision";
import { describeNote, describeNoteShortly } from "../shared/gate/note-text";
import { cutText, quotedText } from "../shared/quoted-text";
import type { Image } from "./image";
import type { Label } from "./labels";

/** Characters of one text message in the GSM alphabet. */
const longestText = 140;

/**
 * Writes an alert for people: which camera, what its image shows, when, and where the image is. The key is text of a device, so that it is
 * quoted, cleaned and cut.
 */
export function writeLabelAlert(image: Image, labels: readonly Label[], note: Note): Alert {
  const { deviceId, bucket, key, versionId, uploadedAt } = image;
  const at = `${new Date(uploadedAt).toISOString().slice(0, 19).replace("T", " ")} UTC`;
  const names = labels.map(({ name }) => name).join(", ");
  const seen = labels.map(({ name, confidence }) => `${name} (${confidence.toFixed(1)} %)`);
  const email = [
    `Camera ${deviceId} sees ${seen.join(", ")}.`,
    "",
    `Image: "${quotedText(key, 256)}" in bucket ${bucket}.`,
    `Time: ${at}.`,
    ...describeNote(note, "image"),
  ].join("\n");
  const short = [`Camera ${deviceId} sees ${names}: ${at}`, ...describeNoteShortly(note)];
  const https = JSON.stringify({
    deviceId,
    timestamp: uploadedAt,
    labels,
    image: { bucket, key: quotedText(key, 1024), versionId },
    ...(note.muted > 0 && { alert_muted: note.muted }),
  });
  return {
    subject: cutText(`Camera ${deviceId} sees ${names}`, 99),
    message: JSON.stringify({
      ...{ default: email, email },
      sms: cutText(short.join(". "), longestText),
      https,
    }),
  };
}
