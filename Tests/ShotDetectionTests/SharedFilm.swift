import Foundation
import Timeline

/// Films that may lie beside the checkout; tests that need them skip where they are absent.
struct SharedFilm {
    let name: String

    static let folder: String = {
        if let folder = ProcessInfo.processInfo.environment["SCENED_SHARED"] { return folder }
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return root.deletingLastPathComponent().appendingPathComponent("shared").path
    }()

    var path: String { Self.folder + "/data/videos/" + name }

    /// The film is there and so is the `ffmpeg` command that reads it.
    var isAvailable: Bool {
        let command = ["/usr/bin/ffmpeg", "/usr/local/bin/ffmpeg"].first {
            FileManager.default.fileExists(atPath: $0)
        }
        return command != nil && FileManager.default.fileExists(atPath: path)
    }

    /// All pictures, made small by the ffmpeg command, at a constant rate.
    func pictures(rate: Double) throws -> [Picture] {
        let raw = NSTemporaryDirectory() + "scened-\(ProcessInfo.processInfo.processIdentifier)-\(name).yuv"
        defer { try? FileManager.default.removeItem(atPath: raw) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "ffmpeg", "-v", "error", "-nostdin", "-y", "-i", path, "-fps_mode", "passthrough", "-vf",
            "scale=64:36:flags=area:out_range=full:out_color_matrix=bt601,format=yuv420p", "-f", "rawvideo",
            raw,
        ]
        try process.run()
        process.waitUntilExit()
        return try ShotLab.pictures(at: raw, rate: rate)
    }
}
