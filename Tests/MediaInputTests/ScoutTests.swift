import Foundation
import MediaInput
import TestSupport
import Testing
import Timeline

/// What plan `scout` promises: the times and cuts of `exact`, from few pictures.
@Suite struct ScoutTests {
    /// 24 s of three places in each of which something moves, with hard cuts inside of groups of a second.
    static let cuts = [205, 392]

    static func film(_ name: String, _ codec: String) throws -> String {
        _ = try Fixtures.film(
            name,
            """
            ffmpeg -nostdin -v error -filter_complex "testsrc=s=320x180:r=25:d=8.2,setsar=1[a];\
            smptehdbars=s=320x180:r=25:d=7.48,\
            drawbox=x=20:y=60:w=40:h=60:c=white:t=fill:enable='lt(mod(n,20),10)',setsar=1[b];\
            rgbtestsrc=s=320x180:r=25:d=8.32,\
            drawbox=x=200:y=20:w=30:h=90:c=gray:t=fill:enable='lt(mod(n,30),15)',setsar=1[c];\
            [a][b][c]concat=n=3,format=yuv420p[v]" -map [v] \(codec) -bitexact -y "$1"
            """)
        return name
    }

    /// `least`: pictures that are left out at least; of groups of 50 those with a cut are not, or in part,
    /// nor is the first.
    static let kinds: [(name: String, codec: String, least: Int)] = [
        ("places.mp4", "-c:v libx264 -g 25 -keyint_min 25 -sc_threshold 0", 400),
        ("places.ts", "-c:v libx264 -g 25 -keyint_min 25 -sc_threshold 0", 400),
        ("places_open.mkv", "-c:v libx264 -g 50 -sc_threshold 0 -x264-params open-gop=1:scenecut=0", 300),
        ("places_hevc.mp4", "-c:v libx265 -x265-params log-level=none:keyint=50:scenecut=0", 300),
        ("places_mpeg2.ts", "-c:v mpeg2video -q:v 4 -g 12 -bf 2", 350),
        ("places_vp9.webm", "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -g 50 -b:v 400k", 280),
        ("places_av1.mkv", "-c:v libsvtav1 -preset 12 -g 50", 150),
        // Each picture is a key frame.
        ("places_mjpeg.mkv", "-c:v mjpeg -q:v 5", 410),
        ("places_intra.mp4", "-c:v libx264 -g 1 -crf 20", 450),
        ("places_prores.mov", "-c:v prores_ks -profile:v 0", 450),
    ]

    @Test(arguments: kinds.map(\.name))
    func timesAndCutsAreThoseOfExact(name: String) throws {
        let kind = try #require(Self.kinds.first { $0.name == name })
        let clip = try Self.film(name, kind.codec)
        let exact = try GroupDecodingTests.recording(clip, .exact, threads: 2)
        let scout = try GroupDecodingTests.recording(clip, .scout, threads: 2)
        #expect(scout.summary == exact.summary)
        #expect(scout.pictures.map(\.at) == exact.pictures.map(\.at))
        #expect(scout.pictures.map(\.duration) == exact.pictures.map(\.duration))
        #expect(exact.cuts() == Self.cuts)
        #expect(scout.cuts() == Self.cuts)
        let filled = scout.pictures.count(where: \.isFilled)
        #expect(filled >= kind.least, "\(filled) of \(scout.pictures.count)")
        #expect(scout.statistics.skippedPictures >= filled)
        #expect(exact.pictures.allSatisfy { !$0.isFilled })
        for threads in [1, 5] {
            #expect(try GroupDecodingTests.recording(clip, .scout, threads: threads) == scout, "\(threads)")
        }
    }

    /// Where key frames are too far apart, nothing waits for them: all is decoded as in `fastest`.
    @Test func longGroupsAreDecoded() throws {
        let clip = try Self.film("places_long.mp4", "-c:v libx264 -g 1000 -keyint_min 1000 -sc_threshold 0")
        let scout = try GroupDecodingTests.recording(clip, .scout, threads: 2)
        #expect(scout.pictures.allSatisfy { !$0.isFilled })
        #expect(scout == (try GroupDecodingTests.recording(clip, .fastest, threads: 2)))
    }

    /// A place that is seen for half a second between the same place before and behind: within a group, where
    /// the size of its packets alone tells, and between key frames that an encoder put on both cuts, which a
    /// group of packets holds.
    @Test(
        arguments: [
            ("inside", "mandelbrot", 0.4, "-g 50 -keyint_min 50"),
            (
                "within", "testsrc2", 0.48,
                "-g 200 -keyint_min 2 -force_key_frames 2,4,6,8,8.48,10.48,12.48,14.48"
            ),
        ])
    func aShotBetweenTheSamePlaceIsFound(name: String, source: String, seconds: Double, options: String)
        throws
    {
        let clip = "places_\(name).mp4"
        _ = try Fixtures.film(
            clip,
            """
            ffmpeg -nostdin -v error -filter_complex "testsrc=s=320x180:r=25:d=8[a];\
            \(source)=s=320x180:r=25,trim=end=\(seconds),setpts=PTS-STARTPTS[b];testsrc=s=320x180:r=25:d=8[c];\
            [a][b][c]concat=n=3,format=yuv420p[v]" -map [v] -c:v libx264 \(options) -sc_threshold 0 \
            -bitexact -y "$1"
            """)
        let exact = try GroupDecodingTests.recording(clip, .exact, threads: 2)
        let scout = try GroupDecodingTests.recording(clip, .scout, threads: 2)
        #expect(exact.cuts() == [200, 200 + Int((25 * seconds).rounded())])
        #expect(scout.cuts() == exact.cuts())
        #expect(scout.pictures.count(where: \.isFilled) > 100)
    }

    /// A place and its mirror image have the same tones. Where a key frame came sooner than others, the
    /// encoder saw the cut on it; with key frames at even distances nothing betrays it.
    @Test(
        arguments: [
            ("sooner", "2,4,5.12,7.12,9.12", [128]),
            ("evenly", "1.28,2.56,3.84,5.12,6.4,7.68,8.96", []),
        ])
    func aCutBetweenTheSameTonesNeedsTheEncoder(name: String, keys: String, cuts: [Int]) throws {
        let clip = "places_flipped_\(name).mp4"
        _ = try Fixtures.film(
            clip,
            """
            ffmpeg -nostdin -v error -filter_complex "smptehdbars=s=320x180:r=25:d=5.12,setsar=1[a];\
            smptehdbars=s=320x180:r=25:d=5.6,hflip,setsar=1[b];[a][b]concat=n=2,format=yuv420p[v]" -map [v] \
            -c:v libx264 -g 250 -keyint_min 2 -force_key_frames \(keys) -sc_threshold 0 -bitexact -y "$1"
            """)
        #expect(try GroupDecodingTests.recording(clip, .exact, threads: 2).cuts() == [128])
        let scout = try GroupDecodingTests.recording(clip, .scout, threads: 2)
        #expect(scout.cuts() == cuts)
        #expect(scout.pictures.count(where: \.isFilled) > 100)
    }

    /// A group waits no longer than it may; then it is decoded as it comes.
    @Test(arguments: [0.5, 1.5]) func groupsWaitAsLongAsTheyMay(longest: Double) throws {
        let clip = try Self.film("places.mp4", Self.kinds[0].codec)
        var options = MediaOptions.twoThreads
        (options.plan, options.longestGroup) = (.scout, longest)
        let scout = try Recording(clip: clip, options: options)
        #expect(scout.pictures.contains(where: \.isFilled) == (longest > 1))
        #expect(scout.cuts() == Self.cuts)
    }

    /// A channel's mark is looked for once a second as under `exact`, where pictures are left out, too.
    @Test(arguments: ["places.mp4", "places_open.mkv", "places_mjpeg.mkv"])
    func marksStandWhereTheyDoInExact(name: String) throws {
        let kind = try #require(Self.kinds.first { $0.name == name })
        var options = MediaOptions.twoThreads
        options.marks = true
        let film = try Self.film(name, kind.codec)
        func places(_ plan: DecodePlan) throws -> [Int64] {
            options.plan = plan
            return try Recording(clip: film, options: options).pictures.filter { $0.mark != nil }.map(
                \.at.pts)
        }
        let exact = try places(.exact)
        #expect(exact.count == 24)
        for plan in [DecodePlan.fastest, .scout] { #expect(try places(plan) == exact, "\(plan)") }
    }

    /// What follows in an input whose first part cannot be scouted is decoded as in `fastest`: its answers
    /// come within the delay that was stated for the first.
    @Test func whatFollowsKeepsTheStatedDelay() throws {
        let first = try Self.film("places_mpeg4.ts", "-c:v mpeg4 -q:v 4 -g 25")
        let second = try Self.film("places.ts", Self.kinds[1].codec)
        let joined = Fixtures.path("places_joined.ts")
        try (Fixtures.bytes(first) + Fixtures.bytes(second)).withUnsafeBytes {
            try Data($0).write(to: URL(filePath: joined), options: .atomic)
        }
        let alone = try GroupDecodingTests.recording(second, .scout, threads: 2)
        let filled = alone.pictures.count(where: \.isFilled)
        #expect(filled > 0)
        let scout = try GroupDecodingTests.recording("places_joined.ts", .scout, threads: 2)
        #expect(scout.plan == .scout && scout.pictures.count > alone.pictures.count + 500)
        #expect(scout.pictures.allSatisfy { !$0.isFilled })
        #expect(scout == (try GroupDecodingTests.recording("places_joined.ts", .fastest, threads: 2)))
    }

    /// Damage is decoded, and told, as under `fastest`.
    @Test(arguments: [
        "damaged.ts", "restart.ts", "jump.ts", "interlaced.mp4", "edit_list.mp4", "open_gop.ts",
    ])
    func otherClipsKeepTheirTimes(clip: String) throws {
        let fastest = try GroupDecodingTests.recording(clip, .fastest, threads: 2)
        let scout = try GroupDecodingTests.recording(clip, .scout, threads: 2)
        #expect(scout.pictures.map(\.at) == fastest.pictures.map(\.at))
        #expect(scout.gaps == fastest.gaps)
        #expect(scout.statistics.damagedPictures == fastest.statistics.damagedPictures)
    }
}

/// Which groups may be left out, by the sizes of their packets.
@Suite struct GroupJudgeTests {
    private static func costs(_ sizes: [Int], bidirectional: [Int] = []) -> [GroupJudge.Cost] {
        [.init(.key, 1000)] + sizes.map { .init(.reference, $0) }
            + bidirectional.map { .init(.bidirectional, $0) }
    }

    @Test(
        arguments: [
            // Even, whatever the level.
            ([100, 110, 90, 100, 105, 95], 0), ([600, 700, 500, 650, 620, 580], 0), ([5, 5, 5, 5], 0),
            // A spike of still pictures, and one that is too small to hold a place.
            ([10, 10, 300, 10, 10, 10], 4), ([10, 10, 150, 10, 10, 10], 0),
            // One that does not stand out of what moves.
            ([200, 210, 400, 190, 220, 200], 0), ([100, 110, 400, 100, 90, 100], 4),
            // More moves behind it, or less, by far; a little more is usual.
            ([10, 10, 10, 10, 300, 280, 290, 310], 7), ([280, 290, 310, 300, 350, 10, 10, 10, 10], 6),
            ([100, 100, 100, 100, 300, 290, 280, 310], 0),
            // As large as a key frame, among others that are hardly smaller.
            ([600, 700, 850, 650, 620, 580], 4), ([600, 700, 790, 650, 620, 580], 0),
            ([400, 380, 900, 880, 910, 890, 700], 7),
            // The last of several.
            ([10, 300, 10, 10, 10, 10, 10, 400, 10], 9), ([900], 2), ([], 0),
        ] as [([Int], Int)])
    func aPacketThatStandsOutIsFound(sizes: [Int], start: Int) {
        #expect(GroupJudge.evenStart(of: Self.costs(sizes)) == start)
    }

    @Test func kindsAreJudgedByThemselves() {
        // References are larger than B-pictures, and that is usual.
        #expect(GroupJudge.evenStart(of: Self.costs([300, 300, 300], bidirectional: [20, 20, 20])) == 0)
        #expect(
            GroupJudge.evenStart(of: Self.costs([300, 300, 300], bidirectional: [20, 20, 250, 20])) == 7)
        // Nothing is known of packets without a key frame.
        #expect(GroupJudge.evenStart(of: [.init(.reference, 10), .init(.reference, 10)]) == 2)
    }

    /// The top of a hierarchy is large each time, and that is usual.
    @Test func levelsOfAHierarchyAreUsual() {
        var sizes = (0..<48).map { $0 % 16 == 15 ? 300 : $0 % 4 == 3 ? 60 : 10 }
        func start() -> Int {
            GroupJudge.evenStart(of: [.init(.key, 1000)] + sizes.map { .init(.either, $0) })
        }
        #expect(start() == 0)
        let large = sizes.map { $0 == 300 ? 850 : $0 }
        #expect(GroupJudge.evenStart(of: [.init(.key, 1000)] + large.map { .init(.either, $0) }) == 0)
        sizes[20] = 900
        #expect(start() == 22)
    }

}

/// Tones stay while the camera moves, and change with the place.
@Suite struct ToneSketchTests {
    private static func picture(_ level: (Int, Int) -> UInt8, chroma: UInt8 = 128) -> AnalysisPicture {
        var planes = [UInt8](repeating: chroma, count: AnalysisPicture.byteCount)
        for row in 0..<AnalysisPicture.height {
            for column in 0..<AnalysisPicture.width {
                planes[row * AnalysisPicture.width + column] = level(row, column)
            }
        }
        return AnalysisPicture(planes: planes)
    }

    private static func distance(_ left: AnalysisPicture, _ right: AnalysisPicture) -> Float {
        ToneSketch(of: left).distance(to: ToneSketch(of: right))
    }

    @Test func whatMovesKeepsItsTones() {
        let stripes = Self.picture { _, column in column % 32 < 16 ? 40 : 200 }
        let shifted = Self.picture { _, column in (column + 8) % 32 < 16 ? 40 : 200 }
        #expect(Self.distance(stripes, shifted) == 0)
        #expect(Self.distance(stripes, Self.picture { row, _ in row % 12 < 6 ? 40 : 200 }) < 0.01)
    }

    @Test func otherTonesAreOther() {
        let gray = Self.picture { _, _ in 100 }
        #expect(Self.distance(gray, gray) == 0)
        #expect(abs(Self.distance(gray, Self.picture { _, _ in 200 }) - 1) < 1e-6)
        #expect(abs(Self.distance(gray, Self.picture({ _, _ in 100 }, chroma: 168)) - 1) < 1e-6)
        // A little more light moves a little.
        let brighter = Self.distance(gray, Self.picture { _, _ in 104 })
        #expect(brighter > 0.05 && brighter < 0.2, "\(brighter)")
        // Half of the picture.
        let half = Self.distance(gray, Self.picture { row, _ in row < 18 ? 100 : 220 })
        #expect(abs(half - 0.5) < 0.01, "\(half)")
    }

    /// The ends of the range are steps like others.
    @Test(arguments: [0, 16, 240, 255] as [UInt8])
    func extremesAreCounted(level: UInt8) {
        let flat = Self.picture({ _, _ in level }, chroma: level)
        #expect(Self.distance(flat, flat) == 0)
        #expect(abs(Self.distance(flat, Self.picture { _, _ in 128 }) - 1) < 1e-6)
    }
}

/// What takes the place of pictures that were not decoded.
@Suite struct FilledGroupTests {
    private static func key(_ level: UInt8, at stamp: Int64) -> DecodedPicture {
        var picture = PictureSkipperTests.decoded(level, at: stamp)
        picture.isKey = true
        return picture
    }

    private static func group(keys: [DecodedPicture], next: DecodedPicture, places: [Int64])
        -> [DecodedPicture]
    {
        FilledGroup(
            keys: keys, next: next, places: places.map { .init(stamp: $0, duration: 1, packet: $0 + 10) },
            second: 25
        ).outcomes().compactMap { if case .picture(let picture) = $0 { picture } else { nil } }
    }

    @Test func placesAreBlendsOfTheKeyFramesAround() {
        let pictures = Self.group(
            keys: [Self.key(100, at: 0), Self.key(140, at: 4)], next: Self.key(140, at: 8),
            places: [1, 2, 3, 5, 6, 7])
        #expect(pictures.map(\.stamp) == [0, 1, 2, 3, 4, 5, 6, 7])
        #expect(pictures.map { $0.analysis?.planes[0] } == [100, 110, 120, 130, 140, 140, 140, 140])
        #expect(pictures.map(\.isKey) == [true, false, false, false, true, false, false, false])
        #expect(pictures.map(\.isFilled) == pictures.map { !$0.isKey })
        #expect(pictures.map(\.packet)[1] == 11)
    }

    /// A tail whose decoder gave no picture still has its times.
    @Test func placesKeepTheirTimesWithoutAPictureBefore() {
        let next = Self.key(80, at: 8)
        let pictures = Self.group(keys: [next], next: next, places: [5, 6])
        #expect(pictures.dropFirst().map(\.stamp) == [5, 6])
        #expect(pictures.allSatisfy { $0.analysis?.planes[0] == 80 })
    }
}
