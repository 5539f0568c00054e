import CFFmpeg

/// A container that films are written in.
package enum Container: String, Hashable, Sendable, CaseIterable {
    case mp4, mov, mkv, webm, ts

    /// By the ending of a file's name; nil for another.
    package init?(fileName: String) {
        guard let dot = fileName.lastIndex(of: ".") else { return nil }
        switch fileName[fileName.index(after: dot)...].lowercased() {
        case "mp4", "m4v": self = .mp4
        case "mov", "qt": self = .mov
        case "mkv": self = .mkv
        case "webm": self = .webm
        case "ts", "m2ts", "mts": self = .ts
        default: return nil
        }
    }

    /// FFmpeg's name of the muxer.
    var muxer: String {
        switch self {
        case .mp4: "mp4"
        case .mov: "mov"
        case .mkv: "matroska"
        case .webm: "webm"
        case .ts: "mpegts"
        }
    }

    /// Name for people.
    package var title: String {
        switch self {
        case .mp4: "MP4"
        case .mov: "QuickTime"
        case .mkv: "Matroska"
        case .webm: "WebM"
        case .ts: "MPEG-TS"
        }
    }

    /// MP4 and its like: an index, edit lists.
    var isMovie: Bool { self == .mp4 || self == .mov }

    /// Can be written where nobody goes back: a pipe.
    package var streams: Bool { !isMovie }

    package var hasChapters: Bool { self != .ts }

    /// Each packet needs a presentation time.
    var timesAll: Bool { self == .mkv || self == .webm }

    /// Pictures at the beginning can be there for others and not be shown (edit lists).
    package var keepsHidden: Bool { isMovie }
}
