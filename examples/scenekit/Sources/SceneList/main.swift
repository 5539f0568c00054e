// Prints the scenes of a video, one line each, while it is read.
//
//     swift run -c release SceneList film.mp4
import SceneKit
import Foundation

/// Prints one line to standard error and ends the program.
func fail(_ message: String, status: Int32) -> Never {
    FileHandle.standardError.write(Data((message + "\n").utf8))
    exit(status)
}

/// 83.5 s becomes `00:01:23.500`.
func text(_ time: MediaTime) -> String {
    let minutes = Int(time.seconds / 60)
    return String(
        format: "%02d:%02d:%06.3f", minutes / 60, minutes % 60, time.seconds - Double(60 * minutes))
}

guard CommandLine.arguments.count == 2 else { fail("usage: SceneList FILE", status: 64) }
// Without this, FFmpeg writes its warnings about damaged files to standard error.
FFmpegLog.silence()

var options = SegmenterOptions()
options.minScene = 5

do {
    let film = try await SceneSegmenter(path: CommandLine.arguments[1], options: options)
    for await event in film.events {
        switch event {
        case .scene(let scene):
            print(scene.index + 1, text(scene.start), text(scene.end), scene.lastShot - scene.firstShot + 1)
        case .end(let end):
            if case .damaged(let reason) = end.reason { fail(reason, status: 74) }
        default: break
        }
    }
} catch {
    fail(error.message, status: 66)
}
