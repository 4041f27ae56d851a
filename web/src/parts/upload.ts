import { Refused, type Schemas, tokenToSend } from "../api/client";

/** Send a file to a place that makes something of it; unlike fetch, this tells how far it is. */
export function send<Made>(place: string, file: File, onShare: (share: number) => void): Promise<Made> {
  return new Promise((done, fail) => {
    const request = new XMLHttpRequest();
    request.open("POST", `${place}?name=${encodeURIComponent(file.name.slice(-128))}`);
    request.setRequestHeader("X-CSRF-Token", tokenToSend());
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.onprogress = ({ loaded, total }) => onShare(total ? loaded / total : 0);
    request.onerror = () => fail(new Error("the upload was cut off"));
    request.onload = () => {
      const answer = read(request.responseText);
      if (request.status === 201) done(answer as Made);
      else fail(refusal(request.status, answer as Partial<Schemas["ErrorAnswer"]>));
    };
    request.send(file);
  });
}

function read(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {}; // a proxy between may have refused it in words of its own
  }
}

function refusal(status: number, { error }: Partial<Schemas["ErrorAnswer"]>): Refused {
  const { code = "unknown", message = `HTTP ${status}`, hint = "", problems, values } = error ?? {};
  return new Refused(status, code, message, hint, problems, values);
}
