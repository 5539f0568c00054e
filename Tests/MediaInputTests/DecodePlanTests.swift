import MediaInput
import TestSupport
import Testing
import Timeline

/// What each decode plan promises.
@Suite struct DecodePlanTests {
    /// The cuts of the film that `cuts.mp4` and its kin hold.
    static let cuts = [40, 85, 123, 165, 205, 250, 290, 325, 365]

    static func recording(_ clip: String, _ plan: DecodePlan) throws -> Recording {
        var options = MediaOptions.twoThreads
        options.plan = plan
        return try Recording(clip: clip, options: options)
    }

    /// Names are what users type and `stream_start` says.
    @Test func plansHaveTheirNames() {
        #expect(DecodePlan.allCases.map(\.rawValue) == ["exact", "fast", "fastest"])
        #expect(MediaOptions().plan == .exact)
    }

    /// Numbers, times and cuts do not depend on the plan; pictures stay alike.
    @Test(arguments: ["cuts.mp4", "cuts.mkv", "cuts.ts", "cuts.webm", "cuts_mpeg2.ts", "cuts_hevc.mp4"])
    func timesAndCutsAreThoseOfExact(clip: String) throws {
        let exact = try Self.recording(clip, .exact)
        let fast = try Self.recording(clip, .fast)
        #expect(fast.summary == exact.summary)
        #expect(fast.pictures.map(\.at) == exact.pictures.map(\.at))
        #expect(fast.pictures.map(\.duration) == exact.pictures.map(\.duration))
        #expect(fast.cuts() == Self.cuts)
        let differences = zip(exact.pictures, fast.pictures).map { difference($0, $1) }
        #expect(differences.allSatisfy { $0 < 2 }, "\(differences.max() ?? 0)")
    }

    /// Pictures are left out, and still none is missing and the cuts stay where they are, on B-pictures too.
    @Test(arguments: [
        "cuts.mp4", "cuts.ts", "cuts_mpeg2.ts", "cuts_hevc.mp4", "groups_open.mp4", "groups_open.ts",
        "groups_vfr.mp4",
        "groups_ten_bit.mp4",
    ])
    func fastestLeavesPicturesOut(clip: String) throws {
        let exact = try Self.recording(clip, .exact)
        let fastest = try Self.recording(clip, .fastest)
        #expect(fastest.summary == exact.summary)
        #expect(fastest.pictures.map(\.at) == exact.pictures.map(\.at))
        #expect(fastest.pictures.map(\.duration) == exact.pictures.map(\.duration))
        #expect(fastest.cuts() == Self.cuts)
        #expect(fastest.statistics.skippedPictures > 80, "\(fastest.statistics.skippedPictures)")
        #expect(exact.statistics.skippedPictures == 0)
        let differences = zip(exact.pictures, fastest.pictures).map { difference($0, $1) }
        #expect(differences.allSatisfy { $0 < 3 }, "\(differences.max() ?? 0)")
    }

    /// Where the codec has a loop filter, the plan does leave it out.
    @Test(arguments: ["cuts.mp4", "cuts_hevc.mp4"])
    func fastLeavesTheLoopFilterOut(clip: String) throws {
        let exact = try Self.recording(clip, .exact)
        let fast = try Self.recording(clip, .fast)
        #expect(zip(exact.pictures, fast.pictures).contains { $0.analysis != $1.analysis })
    }

    /// Bit by bit: the plan adds nothing to what the decoder does by itself, on one thread or two.
    @Test(arguments: ["cuts.mp4", "cuts_hevc.mp4"])
    func exactIsTheSameOnAnyNumberOfThreads(clip: String) throws {
        var options = MediaOptions.twoThreads
        options.threads = 1
        let one = try Recording(clip: clip, options: options)
        let two = try Self.recording(clip, .exact)
        #expect(one.pictures.map(\.analysis) == two.pictures.map(\.analysis))
    }
}
