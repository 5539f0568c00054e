package import Foundation

extension Fixtures {
    /// `cuts.ts`, then the same mirrored and darker, with 42.52 seconds between: ten shots, a gap long enough
    /// to flush the ring, and ten shots of the same lengths.
    package static func gap() throws -> URL {
        let clip = path("cuts.ts")
        return try film(
            "gap_between.ts",
            "ffmpeg -nostdin -v error -i '\(clip)' -vf hflip,lutyuv=y=val*0.8 -c:v libx264 -preset veryfast -bf 0 "
                + "-muxdelay 0 -output_ts_offset 60 -f mpegts \"$1.later\"; "
                + "cat '\(clip)' \"$1.later\" >\"$1\"; rm \"$1.later\"")
    }
}
