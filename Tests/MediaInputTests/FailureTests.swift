import Platform
import MediaInput
import TestSupport
import Testing
import Timeline

/// Bad input: typed errors, damage that is told, and all that could be read before it.
@Suite struct FailureTests {
    @Test(arguments: [
        ("missing.mp4", MediaError.Code.cannotOpen), ("empty.mp4", .cannotOpen), ("text.txt", .cannotOpen),
        ("audio_only.mp4", .noVideo), ("cover_audio.m4a", .noVideo), ("hostile.png", .noPictures),
        (".", .cannotOpen),
    ])
    func whatCannotBeReadSaysWhy(clip: String, code: MediaError.Code) throws {
        let error = #expect(throws: MediaError.self) { try Recording(clip: clip) }
        #expect(error?.code == code, "\(error?.message ?? "-")")
        let message = try #require(error?.message)
        #expect(!message.contains("\n"))
        #expect(message.split(separator: ": ").count >= 3, "what, why, remedy: \(message)")
    }

    @Test(arguments: ["empty.mp4", "text.txt", "audio_only.mp4", "hostile.png"])
    func aPipeSaysTheSame(clip: String) throws {
        let file = #expect(throws: MediaError.self) { try Recording(clip: clip) }
        let pipe = PipeSource(try Fixtures.bytes(clip), chunks: [977])
        let piped = #expect(throws: MediaError.self) {
            try Recording(.descriptor(pipe.readEnd, name: "pipe"))
        }
        #expect(file?.code == piped?.code)
    }

    @Test func aTruncatedFileGivesWhatItHolds() throws {
        let whole = try Recording(clip: "cuts.mp4")
        let part = try Recording(clip: "truncated.mp4")
        #expect(part.pictures.count > 200)
        let sound = part.pictures.prefix(200)
        #expect(sound.map(\.at) == whole.pictures.prefix(200).map(\.at))
        #expect(sound.map(\.analysis) == whole.pictures.prefix(200).map(\.analysis))
        guard case .damaged(let reason) = part.ending else {
            Issue.record("ended as \(String(describing: part.ending))")
            return
        }
        #expect(!reason.isEmpty)
        let stream = try Recording(clip: "truncated.ts")
        #expect(stream.pictures.count > 200)
    }

    @Test(arguments: ["damaged.ts", "damaged.mp4", "damaged.mkv"])
    func damageIsToldAndDoesNotEndTheStream(clip: String) throws {
        let recording = try Recording(clip: clip)
        #expect(recording.pictures.count > 200, "\(clip): \(recording.pictures.count)")
        #expect(recording.statistics.damagedPictures + recording.statistics.decodeErrors > 0)
        #expect(recording.pictures.count { $0.isDamaged } == recording.statistics.damagedPictures)
        let pts = recording.pictures.map(\.at.pts)
        #expect(zip(pts, pts.dropFirst()).allSatisfy { $0 < $1 })
        #expect(zip(recording.pictures, pts.dropFirst()).allSatisfy { $0.end.pts <= $1 })
    }

    /// Each byte of the head of each container is overwritten once in some run: no crash, whatever comes out.
    @Test(arguments: ["cuts.mp4", "vfr.mkv", "short.ts", "cuts.avi", "cuts_mpeg2.mpg"])
    func noDamageCrashes(clip: String) throws {
        let bytes = Array(try Fixtures.bytes(clip).prefix(60_000))
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<12 {
            var damaged = bytes
            for _ in 0..<40 {
                let near = generator.next() % 3 == 0 ? min(bytes.count, 2000) : bytes.count
                damaged[Int(generator.next() % UInt64(near))] = UInt8(truncatingIfNeeded: generator.next())
            }
            let pipe = PipeSource(damaged, chunks: [4096])
            if let recording = try? Recording(.descriptor(pipe.readEnd, name: "pipe")) {
                let pts = recording.pictures.map(\.at.pts)
                #expect(zip(pts, pts.dropFirst()).allSatisfy { $0 < $1 })
                _ = recording.times
            }
        }
    }

    @Test func streamsAreChosenByProgramAndIndex() throws {
        #expect(try Recording(clip: "programs.ts").summary.width == 320)
        var options = MediaOptions.twoThreads
        options.program = 7
        #expect(try Recording(clip: "programs.ts", options: options).summary.width == 160)
        options.program = 9
        #expect(try Recording(clip: "programs.ts", options: options).summary.width == 320)
        options.program = 8
        let error = #expect(throws: MediaError.self) { try Recording(clip: "programs.ts", options: options) }
        #expect(error?.code == .noSuchStream)
        #expect(error?.message.contains("program 7") == true)
        #expect(error?.message.contains("320x180") == true)
        options.program = nil
        options.stream = 0
        #expect(try Recording(clip: "programs.ts", options: options).summary.width == 160)
        options.stream = 5
        #expect(throws: MediaError.self) { try Recording(clip: "programs.ts", options: options) }
    }

    @Test func coverArtIsNeverTheVideo() throws {
        let recording = try Recording(clip: "cover_video.mp4")
        #expect(recording.pictures.count == 60)
        #expect(recording.summary.codec == "h264")
    }

    @Test func limitsAreKept() throws {
        var options = MediaOptions.twoThreads
        options.maxPixels = 320 * 180 - 1
        let error = #expect(throws: MediaError.self) { try Recording(clip: "cuts.mp4", options: options) }
        #expect(error?.code == .unsupported)
    }

    @Test func credentialsAreNeverShown() {
        let table = [
            ("rtsp://user:pass@camera/1", "rtsp://***@camera/1"), ("http://host/a@b", "http://host/a@b"),
            ("https://token@host:8443/x?y=z", "https://***@host:8443/x?y=z"), ("film.mp4", "film.mp4"),
            ("http://a:b@c/ http://d:e@f/", "http://***@c/ http://***@f/"),
            ("srt://u:p/w@host:9000", "srt://***@host:9000"),
            ("http://a:b@c/live.m3u8?x=1&token=abcd&y=2", "http://***@c/live.m3u8?x=1&token=***&y=2"),
            ("srt://host:9000?mode=caller&passphrase=p", "srt://host:9000?mode=caller&passphrase=***"),
        ]
        for (given, shown) in table {
            #expect(MediaSource.url(given).displayName == shown)
            #expect(MediaSource.descriptor(0, name: given).displayName == shown)
        }
    }
}
