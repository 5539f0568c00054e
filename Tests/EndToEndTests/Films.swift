import Foundation
import TestSupport

/// Films longer than the clips of `fixtures/generate`; made once.
enum Films {
    /// The demo film as a transport stream: 73 s, five scenes.
    static func scenes() throws -> URL {
        try Fixtures.film(
            "scenes.ts",
            "ffmpeg -nostdin -v error -i \"$demo\" -c copy -f mpegts \"$1\"")
    }

    /// One shot in which nothing moves, two pictures a second.
    static func oneShot(minutes: Int) throws -> URL {
        try Fixtures.film(
            "one_shot_\(minutes)min.mkv",
            "ffmpeg -nostdin -v error -f lavfi -i color=0x306090:s=160x90:r=2:d=\(minutes * 60) "
                + "-c:v libx264 -preset ultrafast -g 600 \"$1\"")
    }
}
