/// What the first bytes of an input tell before FFmpeg sees it.
enum InputFormat: Hashable {
    /// Nothing that needs special care.
    case plain
    /// MP4 or QuickTime whose media data stand before the index: it can be read only by searching.
    case indexAtEnd
    /// HLS or DASH: the text names other URLs.
    case playlist
    /// Not a single byte.
    case empty

    /// Looks at as few bytes as needed, at most 64 KiB.
    init(of stream: ByteStream) {
        let start = stream.peek(16)
        if start.isEmpty {
            self = .empty
        } else if Self.isPlaylist(stream) {
            self = .playlist
        } else {
            self = Self.hasIndexAtEnd(stream) ? .indexAtEnd : .plain
        }
    }

    private static func isPlaylist(_ stream: ByteStream) -> Bool {
        [UInt8(ascii: "#"), UInt8(ascii: "<")].contains(stream.peek(1).first)
            && Playlist.begins(stream.peek(Playlist.headLength))
    }

    /// How many periods the DASH manifest of a recording has, as far as its first MiB tells, of which FFmpeg
    /// reads one; 1 for all else, such as live presentations.
    static func recordedPeriods(of stream: ByteStream) -> Int {
        guard stream.peek(1).first == UInt8(ascii: "<") else { return 1 }
        let text = String(decoding: stream.peek(1 << 20), as: UTF8.self)
        guard text.firstMatch(of: /<MPD[^>]*\stype\s*=\s*["']dynamic["']/) == nil else { return 1 }
        return max(1, text.matches(of: /<Period[\s>]/).count)
    }

    /// Walks the top-level boxes (ISO/IEC 14496-12, 4.2) until the index or the media data.
    private static func hasIndexAtEnd(_ stream: ByteStream) -> Bool {
        let known = ["ftyp", "free", "skip", "wide", "pnot", "uuid", "styp", "sidx", "mdat", "moov"]
        var offset = 0
        while offset < 65_536 {
            let box = Array(stream.peek(offset + 16).dropFirst(offset))
            guard box.count >= 8 else { return false }
            let type = String(decoding: box[4..<8], as: UTF8.self)
            guard known.contains(type), type != "moov" else { return false }
            if type == "mdat" { return true }
            var size = box[..<4].reduce(0) { $0 << 8 | UInt64($1) }
            if size == 1 && box.count >= 16 { size = box[8..<16].reduce(0) { $0 << 8 | UInt64($1) } }
            guard size >= 8, size < 65_536 else { return false }
            offset += Int(size)
        }
        return false
    }
}
