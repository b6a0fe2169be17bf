// The port that drivers talk through: bytes both ways, over a serial line or a TCP connection alike.
import type { DeviceReason } from "#core/contract/devices.ts";
import type { Result } from "#core/result.ts";

export type ByteStream = Readonly<{
  /**
   * Answers when the wire has taken every byte. Fails with DEVICE_ABSENT when the stream is closed, and with TIMED_OUT
   * after `timeoutMs`; the stream is then closed, because nobody knows how much was taken. Never rejects.
   */
  write(bytes: Uint8Array, timeoutMs: number): Promise<Result<true>>;
  /** Bytes as they come. Those that came before the first listener are lost. */
  onBytes(listen: (bytes: Uint8Array) => void): void;
  /** Told once, also where the stream is closed already. */
  onClose(listen: () => void): void;
  /** May be called any number of times. */
  close(): void;
}>;

/** Why a device could not be opened, or what is wrong with it now. */
export type Trouble = Readonly<{ code: "DEVICE_ABSENT" | "DEVICE_FAILED"; reason: DeviceReason }>;

export const absent = (reason: DeviceReason): Trouble => ({ code: "DEVICE_ABSENT", reason });
export const failed = (reason: DeviceReason): Trouble => ({ code: "DEVICE_FAILED", reason });

/** Opens a stream, within a bounded time. Never rejects. */
export type OpenStream = () => Promise<Result<ByteStream, Trouble>>;

/** The listeners of one stream: bytes as often as they come, the end once. */
export type StreamEnds = Readonly<{
  onBytes: ByteStream["onBytes"];
  /** As the stream's own, and gives back how to stop listening: a line that is up for weeks sees many writes. */
  onClose(listen: () => void): () => void;
  arrived(bytes: Uint8Array): void;
  ended(): void;
  isEnded(): boolean;
}>;

export function streamEnds(): StreamEnds {
  const byteListeners: ((bytes: Uint8Array) => void)[] = [];
  const closeListeners = new Set<() => void>();
  let isEnded = false;
  return {
    onBytes: (listen) => void byteListeners.push(listen),
    onClose: (listen) => {
      if (isEnded) listen();
      else closeListeners.add(listen);
      return () => void closeListeners.delete(listen);
    },
    arrived: (bytes) => {
      if (!isEnded) for (const listen of byteListeners) listen(bytes);
    },
    ended: () => {
      if (isEnded) return;
      isEnded = true;
      for (const listen of closeListeners) listen();
      closeListeners.clear();
    },
    isEnded: () => isEnded,
  };
}
