internal import Platform
import Glibc

/// Whether a file begins as films, recordings and pictures do. No command writes such files, so none replaces
/// one.
enum MediaSignature {
    /// Reads the first bytes; false where they cannot be read.
    static func isMedia(_ path: String) -> Bool {
        let descriptor = FileName.withBytes(path) { open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = read(descriptor, &bytes, bytes.count)
        return count > 0 && isMedia(Array(bytes[..<count]))
    }

    /// `head`: the file's first bytes; 197 of them are enough.
    static func isMedia(_ head: [UInt8]) -> Bool {
        if starts.contains(where: { head.starts(with: $0) }) { return true }
        // ISO base media (MP4, MOV): the length of the first box, then its name.
        if head.count >= 8, boxes.contains(where: { head[4..<8].elementsEqual($0.utf8) }) { return true }
        // Transport streams: a sync byte every 188 bytes, in M2TS behind a stamp of 4.
        return [(0, 188), (4, 192)].contains { first, period in
            head.count > first + period && head[first] == 0x47 && head[first + period] == 0x47
        }
    }

    private static let boxes = ["ftyp", "styp", "moov", "moof", "mdat", "wide", "free", "skip", "pnot"]

    private static let starts: [[UInt8]] =
        [
            [0x1a, 0x45, 0xdf, 0xa3],  // Matroska, WebM
            [0x30, 0x26, 0xb2, 0x75],  // ASF, WMV
            [0x06, 0x0e, 0x2b, 0x34],  // MXF
            [0x00, 0x00, 0x01], [0x00, 0x00, 0x00, 0x01],  // MPEG program and elementary streams
            [0x1f, 0x07, 0x00],  // DV
            [0x89, 0x50, 0x4e, 0x47],  // PNG
            [0xff, 0xd8, 0xff],  // JPEG
            [0xff, 0xfb], [0xff, 0xf1], [0xff, 0xf9],  // MP3, AAC
        ]
        + ["RIFF", "RF64", "OggS", "FLV\u{1}", "fLaC", "ID3", "GIF8", "YUV4MPEG2", "DKIF", ".RMF"].map {
            Array($0.utf8)
        }
}
