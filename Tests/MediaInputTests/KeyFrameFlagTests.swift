import MediaInput
import TestSupport
import Testing
import Timeline

/// Key frames are told as such, whatever the plan and however many decode.
@Suite struct KeyFrameFlagTests {
    @Test(arguments: DecodePlan.allCases, [1, 3])
    func keyFrames(plan: DecodePlan, threads: Int) throws {
        let clip = "key_frames.mp4"
        _ = try Fixtures.film(
            clip,
            """
            ffmpeg -nostdin -v error -f lavfi -i testsrc2=s=160x90:r=25:d=4 -c:v libx264 -preset medium \
            -g 20 -keyint_min 20 -sc_threshold 0 -pix_fmt yuv420p "$1"
            """)
        var options = MediaOptions()
        (options.threads, options.plan) = (threads, plan)
        let recording = try Recording(clip: clip, options: options)
        #expect(recording.pictures.count == 100)
        #expect(recording.pictures.indices.filter { recording.pictures[$0].isKey } == [0, 20, 40, 60, 80])
        #expect(!recording.pictures.contains { $0.followsLoss })
    }
}
