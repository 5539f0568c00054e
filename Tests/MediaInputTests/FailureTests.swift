import Foundation
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
        let parts = message.replacing("; ", with: ": ").split(separator: ": ")
        #expect(parts.count >= 3, "what, why, remedy: \(message)")
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

    /// A film whose container states sizes, cut within one of its elements: damaged, however it comes.
    /// `two_live_segments.mkv` states no size of what is written piece by piece.
    @Test(
        arguments: ["cuts.mkv", "cuts.webm", "offset.mkv", "two_live_segments.mkv", "chained.ogv"],
        [1, 3, 1000, 30_000])
    func aFilmCutWithinAnElementIsDamaged(clip: String, missing: Int) throws {
        let whole = try Fixtures.bytes(clip)
        // Never the head, without which there is no film.
        let bytes = Array(whole.prefix(whole.count - min(missing, whole.count / 4)))
        let file = FileManager.default.temporaryDirectory
            .appending(path: "scened-\(UUID().uuidString)-\(clip)")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(bytes).write(to: file)
        let recording = try Recording(.url(file.path))
        guard case .damaged(let reason) = recording.ending else {
            Issue.record("\(clip) without \(missing) bytes ended as \(String(describing: recording.ending))")
            return
        }
        #expect(reason.hasSuffix(": copy the input again"), "\(reason)")
        let pipe = PipeSource(bytes, chunks: [977, 65_537])
        #expect(try Recording(.descriptor(pipe.readEnd, name: "pipe")).lines == recording.lines)
        #expect(try Recording(clip: clip).ending == .end)
    }

    /// RoQ's demuxer calls its end a fault of reading. It is one where bytes are missing.
    @Test func onlyACutRoQIsDamaged() throws {
        let film = try Fixtures.film(
            "film.roq",
            "ffmpeg -nostdin -v error -y -i '\(Fixtures.path("cuts.mp4"))' -t 8 -an -s 128x128 -r 30 "
                + "-c:v roqvideo -f roq \"$1\" 2>/dev/null")
        let whole = try Recording(.url(film.path))
        #expect(whole.ending == .end && whole.pictures.count == 240, "\(String(describing: whole.ending))")
        let bytes = try Fixtures.bytes("film.roq")
        for count in [bytes.count - 1, bytes.count / 2 + 1] {
            let pipe = PipeSource(Array(bytes.prefix(count)), chunks: [4099])
            let ending = try Recording(.descriptor(pipe.readEnd, name: "pipe")).ending
            guard case .damaged = ending else {
                Issue.record("\(count) bytes ended as \(String(describing: ending))")
                continue
            }
        }
    }

    /// A GIF is whole with its trailer, whatever stands behind; a byte of its data that looks like one is
    /// none.
    @Test func onlyAGIFWithItsTrailerIsWhole() throws {
        let whole = try Fixtures.bytes("big.gif")
        let trailer = UInt8(ascii: ";")
        let kinds: [(bytes: [UInt8], isWhole: Bool)] = [
            (whole, true), (whole + Array("hello world".utf8), true), (Array(whole.dropLast()), false),
            (Array(whole.prefix(whole.count / 2)) + [trailer], false),
        ]
        let file = FileManager.default.temporaryDirectory.appending(path: "scened-\(UUID().uuidString).gif")
        defer { try? FileManager.default.removeItem(at: file) }
        for (bytes, isWhole) in kinds {
            try Data(bytes).write(to: file)
            let recording = try Recording(.url(file.path))
            #expect((recording.ending == .end) == isWhole, "\(String(describing: recording.ending))")
            let pipe = PipeSource(bytes, chunks: [4099])
            #expect(try Recording(.descriptor(pipe.readEnd, name: "pipe")).lines == recording.lines)
        }
    }

    /// GXF's demuxer calls its end a fault.
    @Test func onlyACutGXFIsDamaged() throws {
        let film = try Fixtures.film(
            "film.gxf",
            "ffmpeg -nostdin -v error -y -i '\(Fixtures.path("cuts.mp4"))' -t 2 -an -s 720x576 -r 25 "
                + "-c:v mpeg2video -b:v 3M -f gxf \"$1\"")
        let whole = try Recording(.url(film.path))
        #expect(whole.ending == .end && whole.pictures.count == 50, "\(String(describing: whole.ending))")
        let bytes = try Fixtures.bytes("film.gxf")
        let piped = PipeSource(bytes, chunks: [4099])
        #expect(try Recording(.descriptor(piped.readEnd, name: "pipe")).ending == .end)
        // Without the packet that ends it, and cut within another.
        for count in [bytes.count - 16, bytes.count / 2] {
            let pipe = PipeSource(Array(bytes.prefix(count)), chunks: [4099])
            let ending = try Recording(.descriptor(pipe.readEnd, name: "pipe")).ending
            guard case .damaged(let reason) = ending else {
                Issue.record("\(count) bytes ended as \(String(describing: ending))")
                continue
            }
            #expect(!reason.contains("permitted"), "\(reason)")
        }
    }

    /// What has no picture, or none that can be read, is told by its own name, with a remedy that works.
    @Test(
        arguments: [
            (
                "encrypted.mp4",
                "-i cuts.mp4 -t 2 -an -c copy -encryption_scheme cenc-aes-ctr -encryption_key "
                    + "00112233445566778899aabbccddeeff -encryption_kid 00112233445566778899aabbccddeeff",
                MediaError.Code.unsupported, "its video is encrypted"
            ),
            ("blank.mkv", "-i cuts.mp4 -an -frames:v 0 -c copy", .noPictures, "before its first picture"),
        ])
    func nothingToDecode(name: String, arguments: String, code: MediaError.Code, words: String) throws {
        let film = try Fixtures.film(
            name,
            "out=$1; cd '\(Fixtures.folder.path)'; ffmpeg -nostdin -v error -y \(arguments) \"$out\"")
        let error = #expect(throws: MediaError.self) { try Recording(.url(film.path)) }
        #expect(error?.code == code && error?.message.contains(words) == true, "\(error?.message ?? "-")")
    }

    /// Of some single pictures FFmpeg needs the size, which a pipe does not tell.
    @Test func aPictureThatNeedsAFileSaysSo() throws {
        let picture = try Fixtures.film(
            "one.tiff",
            "ffmpeg -nostdin -v error -y -f lavfi -i testsrc2=s=128x72 -frames:v 1 -pix_fmt rgb24 -c:v tiff "
                + "-f image2 \"$1\"")
        #expect(try Recording(.url(picture.path)).pictures.count == 1)
        let pipe = PipeSource(try Fixtures.bytes("one.tiff"), chunks: [977])
        let error = #expect(throws: MediaError.self) {
            try Recording(.descriptor(pipe.readEnd, name: "pipe"))
        }
        #expect(error?.message.hasSuffix(": give the file itself, not a pipe") == true)
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

    static let unescaped = [
        ("rtsp://u:CANARYqu?est@127.0.0.1/x", "rtsp://***@127.0.0.1/x"),
        ("rtsp://u:CANARY#1@127.0.0.1/x", "rtsp://***@127.0.0.1/x"),
        ("rtsp://u:12?34@127.0.0.1/x", "rtsp://***@127.0.0.1/x"),
        ("http://u:CANARYp w@host/x", "http://***@host/x"),
        ("http://u:12 34@host/x", "http://***@host/x"),
        ("http://u:CANARY\"w@host/x", "http://***@host/x"), ("https://CAN?ARY@host/x", "https://***@host/x"),
        ("http://host/x;token=CANARY", "http://host/x;token=***"),
        ("http://host/x#access_token=CANARY", "http://host/x#access_token=***"),
        ("http://host/x?a=1;sig=CANARY;b=2", "http://host/x?a=1;sig=***"),
        ("http://host/x?X-Amz-Signature=CANARY&b=2", "http://host/x?X-Amz-Signature=***&b=2"),
        ("srt://host:9?streamid=#!::u=CANARY,r=live", "srt://host:9?streamid=***"),
    ]

    /// A password may hold what should have been escaped, and parameters stand behind other signs than `?`.
    @Test(arguments: unescaped)
    func credentialsThatAreWrittenOtherwiseAreNotShownEither(given: String, shown: String) {
        #expect(MediaSource.url(given).displayName == shown)
    }

    static let innocent = [
        "http://host:8080/live?mail=a@b.example", "http://host:80: no answer: write to a@b.example",
        "rtsp://camera: no answer: write to a@b.example", "http://[::1]:80/live: ask a@b.example",
        "tcp://127.0.0.1:9000?listen: Address already in use",
    ]

    /// What is no credential stays.
    @Test(arguments: innocent) func whatIsNoCredentialStays(text: String) {
        #expect(Redaction.redacted(text) == text)
    }

    /// Text passes several places; none changes what another has made of it.
    @Test func whatIsHiddenOnceStaysAsItIs() {
        let sentences = [
            "http://host/x?hdnts=st=1~hmac=CANARY: not a playlist: check it",
            "no answer from http://u:p@host/x?token=CANARY, and none from rtsp://a:b@c/1",
            "(http://host/?key=CANARY) 'http://host/?key=CANARY'", "http://host/?key=", "?token==x= &sig=",
        ]
        for text in sentences + Self.unescaped.map(\.0) + Self.innocent {
            let once = Redaction.redacted(text)
            #expect(Redaction.redacted(once) == once, "\(text)")
            #expect(!once.contains("CANARY"), "\(once)")
        }
        #expect(
            Redaction.redacted("http://host/x?hdnts=CANARY: not a playlist")
                == "http://host/x?hdnts=***: not a playlist")
    }

    /// Nobody can copy again what comes live.
    @Test(arguments: [
        ("film.ts", true), ("-", true), ("file:///a.ts", true), ("rtmp://0.0.0.0/live?listen=1", false),
        ("srt://:9000?mode=listener", false), ("unix:/run/a", false),
    ])
    func whatBrokeOffHasItsRemedy(input: String, isCopied: Bool) {
        #expect(MediaSource.url(input).remedyOfDamage.contains("copy the input again") == isCopied)
    }
}
