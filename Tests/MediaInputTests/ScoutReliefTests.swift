import MediaInput
import TestSupport
import Testing
import Timeline

/// A machine that cannot keep up: groups that show one place are left out while it says so.
@Suite struct ScoutReliefTests {
    private struct Reading {
        var pictures: [Picture] = []
        var canLeaveOutGroups = false

        /// Numbers of the pictures that were not decoded.
        var filled: [Int] { pictures.indices.filter { pictures[$0].isFilled } }
    }

    /// Reads a clip; `step` is asked with the number of each picture that was handed out.
    private static func read(
        _ clip: String, plan: DecodePlan = .exact, threads: Int = 1,
        from first: Relief.Step? = Relief.Step.none, _ step: (Int) -> Relief.Step? = { _ in nil }
    ) throws -> Reading {
        var options = MediaOptions()
        (options.threads, options.plan) = (threads, plan)
        let relief = first.map { DecodingRelief($0) }
        let reader = try MediaReader(
            .url(Fixtures.path(clip)), options: options, stop: StopFlag(), relief: relief)
        var reading = Reading(canLeaveOutGroups: reader.canLeaveOutGroups)
        while let item = reader.next() {
            guard case .picture(let picture) = item else { continue }
            reading.pictures.append(picture)
            if let step = step(reading.pictures.count) { relief?.step = step }
        }
        return reading
    }

    private static func film(_ name: String) throws -> String {
        let kind = try #require(ScoutTests.kinds.first { $0.name == name })
        return try ScoutTests.film(name, kind.codec)
    }

    /// On one thread, it comes and goes within a group of the picture at which it is asked for, and no
    /// picture is missing. Before, the pictures are those of a reader that nobody relieves.
    @Test(arguments: [
        "places.mp4", "places.ts", "places_open.mkv", "places_hevc.mp4", "places_mpeg2.ts", "places_vp9.webm",
        "places_av1.mkv", "places_mjpeg.mkv",
    ])
    func itComesAndGoes(name: String) throws {
        let clip = try Self.film(name)
        let alone = try Self.read(clip, from: nil)
        #expect(!alone.canLeaveOutGroups)
        let eased = try Self.read(clip) { $0 == 100 ? .groups : $0 == 400 ? Relief.Step.none : nil }
        #expect(eased.canLeaveOutGroups)
        #expect(eased.pictures.map(\.at) == alone.pictures.map(\.at))
        #expect(eased.pictures.map(\.duration) == alone.pictures.map(\.duration))
        #expect(eased.pictures.prefix(100).map(\.analysis) == alone.pictures.prefix(100).map(\.analysis))
        let filled = eased.filled
        #expect(filled.count > 80, "\(filled.count)")
        #expect(filled.allSatisfy { 100..<560 ~= $0 }, "\(filled.first ?? 0)...\(filled.last ?? 0)")
        #expect(eased.pictures.count > 560)
    }

    /// From the first picture on, it is the plan `scout`, whatever plan the feed asked for.
    @Test(arguments: ["places.mp4", "places_open.mkv", "places_hevc.mp4", "places_mpeg2.ts"], [1, 2])
    func fromTheBeginningItIsThePlan(name: String, threads: Int) throws {
        let clip = try Self.film(name)
        let scout = try Self.read(clip, plan: .scout, threads: threads, from: nil)
        let eased = try Self.read(clip, plan: .fastest, threads: threads, from: .groups)
        #expect(eased.pictures.map(\.at) == scout.pictures.map(\.at))
        #expect(eased.filled == scout.filled && !scout.filled.isEmpty)
        #expect(eased.pictures.map(\.analysis) == scout.pictures.map(\.analysis))
    }

    /// Groups that are decoded side by side can be left out as well, and as they come again later.
    @Test(arguments: ["places.mp4", "places_open.mkv", "places_vp9.webm"], [DecodePlan.exact, .fastest])
    func aTeamFollows(name: String, plan: DecodePlan) throws {
        let clip = try Self.film(name)
        let alone = try Self.read(clip, plan: plan, threads: 2)
        let eased = try Self.read(clip, plan: plan, threads: 2, from: .groups) {
            $0 == 60 ? Relief.Step.none : $0 == 90 ? .groups : nil
        }
        #expect(alone.filled.isEmpty && !eased.filled.isEmpty)
        #expect(eased.pictures.map(\.at) == alone.pictures.map(\.at))
    }

    /// Interlaced H.264, and inputs without key frames to wait for, have no such step, or gain nothing.
    @Test func whereItIsOfNoUse() throws {
        #expect(try !Self.read("interlaced.mp4").canLeaveOutGroups)
        let long = "-c:v libx264 -g 1000 -keyint_min 1000 -sc_threshold 0"
        let clip = try ScoutTests.film("places_long.mp4", long)
        let eased = try Self.read(clip, from: .groups)
        #expect(eased.filled.isEmpty && eased.pictures.count == 600)
    }

    /// Restarted clocks and other headers come through as they do without.
    @Test(arguments: ["restart.ts", "jump.ts", "edit_list.mp4", "open_gop.ts", "resize.ts"])
    func otherClipsKeepTheirTimes(clip: String) throws {
        let alone = try Self.read(clip)
        let eased = try Self.read(clip, from: .groups)
        #expect(eased.pictures.map(\.at) == alone.pictures.map(\.at))
        #expect(eased.pictures.count(where: \.isDamaged) == alone.pictures.count(where: \.isDamaged))
    }

    /// A damaged packet may be in a group that is not decoded, so not all damage is told, and the picture
    /// has a place; the input is read to its end, in order.
    @Test(arguments: ["damaged.ts", "damaged.mp4", "damaged.mkv", "truncated.ts"])
    func damageIsReadThrough(clip: String) throws {
        let fastest = try Self.read(clip, from: .pictures)
        let eased = try Self.read(clip, from: .groups)
        let stamps = eased.pictures.map(\.at.pts)
        #expect(zip(stamps, stamps.dropFirst()).allSatisfy(<))
        #expect(stamps.last == fastest.pictures.last?.at.pts)
        #expect(stamps.count >= fastest.pictures.count)
    }

    /// The names in events, in order, whatever the order they are given in.
    @Test func whatIsLeftOutHasNames() {
        let leftOut = Relief.LeftOut([.keyFrames, .loopFilter, .none, .loopFilter])
        #expect(leftOut.names == ["loop_filter", "key_frames"] && leftOut.step == .keyFrames)
        #expect(Relief.LeftOut.nothing.names.isEmpty && Relief.LeftOut.nothing.step == .none)
        #expect(DecodePlan.scout.leftOut == [.loopFilter, .pictures, .groups])
    }
}
