import MediaInput
import TestSupport
import Testing
import Timeline

#if canImport(Glibc)
    import Glibc
#endif

/// Groups decoded side by side give what one decoder gives.
@Suite struct GroupDecodingTests {
    static let clips = [
        "cuts.mp4", "cuts.ts", "cuts.webm", "cuts_mpeg2.ts", "cuts_hevc.mp4", "groups_open.mp4",
        "groups_open.ts",
        "groups_vfr.mp4", "groups_edit_list.mp4", "groups_ten_bit.mp4",
    ]

    static func recording(_ clip: String, _ plan: DecodePlan, threads: Int) throws -> Recording {
        var options = MediaOptions()
        (options.threads, options.plan) = (threads, plan)
        return try Recording(clip: clip, options: options)
    }

    @Test(arguments: clips, DecodePlan.allCases)
    func sideBySideIsAsOneAfterTheOther(clip: String, plan: DecodePlan) throws {
        let one = try Self.recording(clip, plan, threads: 1)
        for threads in [2, 5] {
            let several = try Self.recording(clip, plan, threads: threads)
            #expect(several == one, "\(threads) threads")
            #expect(several.statistics.groups > 4, "there is something to decode side by side")
        }
    }

    /// Clips whose groups are no safe ones, or none at all: the clock restarts, headers change, each picture
    /// is a key frame, no time stamps.
    @Test(arguments: [
        "restart.ts", "jump.ts", "wrap.ts", "resize.ts", "cuts.avi", "cuts_mpeg2.mpg", "interlaced.mp4",
        "open_gop.ts", "edit_list.mp4", "ten_bit.mp4", "cover_video.mp4", "offset.mkv",
    ])
    func otherClipsAreTheSameToo(clip: String) throws {
        for plan in [DecodePlan.exact, .fast] {
            let one = try Self.recording(clip, plan, threads: 1)
            #expect(try Self.recording(clip, plan, threads: 4) == one)
        }
        let exact = try Self.recording(clip, .exact, threads: 1)
        let fastest = try Self.recording(clip, .fastest, threads: 4)
        #expect(fastest.pictures.map(\.at) == exact.pictures.map(\.at))
        #expect(fastest.pictures.map(\.duration) == exact.pictures.map(\.duration))
        #expect(fastest.gaps == exact.gaps)
    }

    /// A second decoder of 1080p in ten bits would take more memory than is promised: threads of one decoder
    /// do it, but where pictures are left out.
    @Test func largeDeepPicturesAreDecodedByOne() throws {
        let clip = "groups_large_ten_bit.mp4"
        _ = try Fixtures.film(
            clip,
            """
            ffmpeg -nostdin -v error -f lavfi -i testsrc2=s=1920x1080:r=25:d=3 -c:v libx265 -preset ultrafast -crf 30 \
            -x265-params log-level=none:keyint=25:scenecut=0:open-gop=0 -pix_fmt yuv420p10le "$1"
            """)
        let one = try Self.recording(clip, .exact, threads: 1)
        #expect(one.pictures.count == 75)
        for plan in DecodePlan.allCases {
            let two = try Self.recording(clip, plan, threads: 2)
            #expect((two.statistics.groups > 1) == (plan.leavesOutPictures), "\(plan)")
            if plan == .exact { #expect(two == one) }
        }
    }

    /// One thread is one thread.
    @Test func oneThreadHasNoGroups() throws {
        #expect(try Self.recording("cuts.mp4", .exact, threads: 1).statistics.groups == 1)
    }

    @Test(
        arguments: ["damaged.ts", "damaged.mp4", "damaged.mkv", "truncated.mp4", "truncated.ts"],
        DecodePlan.allCases)
    func damageEndsNothing(clip: String, plan: DecodePlan) throws {
        let recording = try Self.recording(clip, plan, threads: 4)
        #expect(recording.pictures.count > 100)
        #expect(zip(recording.pictures, recording.pictures.dropFirst()).allSatisfy { $0.at.pts < $1.at.pts })
    }

    /// A reader that is given up while its input is silent does not hold on to it.
    @Test(.timeLimit(.minutes(1)))
    func aReaderCanBeGivenUp() throws {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        defer { ends.forEach { _ = close($0) } }
        let bytes = try Fixtures.bytes("cuts.ts").prefix(60_000)
        _ = bytes.withUnsafeBytes { write(ends[1], $0.baseAddress, $0.count) }
        do {
            let reader = try MediaReader(
                .descriptor(ends[0], name: "pipe"), options: .twoThreads, stop: StopFlag())
            #expect(reader.next() != nil)
        }
        // The read end is ours again: what is written now nobody takes.
        let note = Array("after".utf8)
        _ = note.withUnsafeBytes { write(ends[1], $0.baseAddress, $0.count) }
        var request = pollfd(fd: ends[0], events: Int16(POLLIN), revents: 0)
        #expect(poll(&request, 1, 0) == 1)
    }
}
