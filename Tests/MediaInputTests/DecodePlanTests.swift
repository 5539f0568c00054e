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
        #expect(DecodePlan.allCases.map(\.rawValue) == ["exact", "fast", "fastest", "scout"])
        #expect(MediaOptions().plan == .exact)
    }

    /// Where the input chooses, small pictures are decoded as they are, and others by the plan that leaves
    /// out most of what their codec lets be left out.
    @Test(
        arguments: [
            ("-c:v libx264", 192, DecodePlan.exact), ("-c:v libx264", 640, .scout),
            ("-c:v libx265 -x265-params log-level=none", 640, .scout),
            ("-c:v mjpeg -pix_fmt yuvj420p", 640, .scout),
            ("-c:v mpeg4", 640, .fastest), ("-c:v libvpx", 640, .fastest),
        ])
    func theInputChooses(codec: String, width: Int, plan: DecodePlan) throws {
        let name = "choice_\(width)_\(codec.filter(\.isLetter)).mkv"
        _ = try Fixtures.film(
            name,
            "ffmpeg -nostdin -v error -f lavfi -i testsrc=s=\(width)x360:r=25:d=1,format=yuv420p \(codec) "
                + "\"$1\"")
        var options = MediaOptions.twoThreads
        options.choosesPlan = true
        let chosen = try Recording(clip: name, options: options)
        #expect(chosen.plan == plan)
        (options.choosesPlan, options.plan) = (false, plan)
        #expect(chosen == (try Recording(clip: name, options: options)))
    }

    /// Numbers, times and cuts do not depend on the plan; pictures stay alike.
    @Test(arguments: [
        "cuts.mp4", "cuts.mkv", "cuts.ts", "cuts.webm", "cuts_mpeg2.ts", "cuts_hevc.mp4", "cuts_av1.mkv",
    ])
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

    /// B pyramids are left out as wholes: no other refers to 127 of the 400 pictures of the first clip, to
    /// 192 of the others (`ffmpeg -skip_frame noref`).
    @Test(arguments: ["cuts.mp4", "groups_open.mp4", "groups_vfr.mp4"])
    func fastestLeavesMiddlePicturesOut(clip: String) throws {
        let fastest = try Self.recording(clip, .fastest)
        #expect(fastest.statistics.skippedPictures > 210, "\(fastest.statistics.skippedPictures)")
    }

    /// The first picture of a film that was cut with an edit list may stand between one that is hidden and
    /// one that is not, and then be left out: its place is filled as every other.
    @Test(arguments: ["cuts.mp4", "groups_open.mp4"], [4.7, 8.26, 10.5])
    func aTrimmedFilmLosesNothing(clip: String, start: Double) throws {
        let name = "trimmed_\(Int(start * 100))_\(clip)"
        _ = try Fixtures.film(
            name,
            "ffmpeg -nostdin -v error -ss \(start) -i '\(Fixtures.path(clip))' -an -c copy -y \"$1\"")
        let exact = try Self.recording(name, .exact)
        for plan in [DecodePlan.fastest, .scout] {
            let other = try Self.recording(name, plan)
            #expect(other.summary == exact.summary)
            #expect(other.pictures.map(\.at) == exact.pictures.map(\.at), "\(plan)")
            #expect(other.pictures.map(\.duration) == exact.pictures.map(\.duration), "\(plan)")
        }
    }

    /// Containers that give pictures the times at which they are decoded, or two of them one time: nothing is
    /// lost, and threads and plans change nothing.
    @Test(
        arguments: ["cuts_hevc.mp4", "groups_open.mp4"],
        ["pts=DTS", "ts='floor(N/2)*2*512'"])
    func timesOfDecodingAreTheSameForAll(clip: String, times: String) throws {
        let name = "times_\(times.filter(\.isLetter))_\(clip).mkv"
        _ = try Fixtures.film(
            name,
            "ffmpeg -nostdin -v error -i '\(Fixtures.path(clip))' -an -c copy -bsf:v \"setts=\(times)\" -y "
                + "\"$1\"")
        let one = try GroupDecodingTests.recording(name, .exact, threads: 1)
        #expect(one.pictures.count == 400)
        for threads in [2, 4] {
            #expect(try GroupDecodingTests.recording(name, .exact, threads: threads) == one, "\(threads)")
        }
        for plan in [DecodePlan.fastest, .scout] {
            let other = try Self.recording(name, plan)
            #expect(other.pictures.map(\.at) == one.pictures.map(\.at), "\(plan)")
            #expect(other.cuts() == one.cuts(), "\(plan)")
        }
    }

    /// Reads a clip on one thread; `relief` is asked with the number of each picture that was handed out.
    private static func relieved(_ clip: String, _ relief: DecodingRelief?, _ step: (Int) -> Relief.Step?)
        throws
        -> (pictures: [Picture], skipped: [Int], reader: MediaReader)
    {
        var options = MediaOptions()
        options.threads = 1
        let reader = try MediaReader(
            .url(Fixtures.path(clip)), options: options, stop: StopFlag(), relief: relief)
        var pictures: [Picture] = []
        var skipped: [Int] = []
        while let item = reader.next() {
            guard case .picture(let picture) = item else { continue }
            pictures.append(picture)
            skipped.append(reader.statistics.skippedPictures)
            if let step = step(pictures.count) { relief?.step = step }
        }
        return (pictures, skipped, reader)
    }

    /// A machine that cannot keep up: pictures are left out while it says so, and none is missing. Before,
    /// the pictures are those of a reader that nobody relieves, bit by bit.
    @Test(arguments: ["cuts.ts", "cuts.mp4", "groups_open.ts", "cuts_hevc.mp4"])
    func reliefCanComeAndGo(clip: String) throws {
        let alone = try Self.relieved(clip, nil) { _ in nil }
        let idle = try Self.relieved(clip, DecodingRelief()) { _ in nil }
        #expect(idle.pictures.map(\.analysis) == alone.pictures.map(\.analysis))
        #expect(idle.reader.canLeaveOutPictures && idle.reader.statistics.skippedPictures == 0)
        #expect(!alone.reader.canLeaveOutPictures)
        let eased = try Self.relieved(clip, DecodingRelief()) {
            $0 == 100 ? .pictures : $0 == 300 ? Relief.Step.none : nil
        }
        #expect(eased.pictures.map(\.at) == alone.pictures.map(\.at))
        #expect(eased.pictures.prefix(100).map(\.analysis) == alone.pictures.prefix(100).map(\.analysis))
        #expect(eased.skipped[99] == 0 && eased.skipped[280] > 20)
        // What was under way when it ended may still come.
        let count = eased.pictures.count
        #expect(count > 330 && eased.skipped[330] == eased.skipped[count - 1])
        let differences = zip(alone.pictures, eased.pictures).map { difference($0, $1) }
        #expect(differences.allSatisfy { $0 < 3 }, "\(differences.max() ?? 0)")
    }

    /// Where the codec has a loop filter, the plan does leave it out; AV1's decoder cannot, but need not
    /// paint film grain.
    @Test(arguments: ["cuts.mp4", "cuts_hevc.mp4", "cuts_av1.mkv"])
    func fastLeavesFiltersAndGrainOut(clip: String) throws {
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
