import Foundation
import MediaInput
import TestSupport
import Testing
import Timeline

/// The sound of files in which tones begin and end at known times.
@Suite struct SoundTests {
    /// A film of eight seconds: a tone from 2.037 to 3.037 s and one from 5.512 to 6.012 s, and cuts.
    struct Film: CustomStringConvertible, Sendable {
        var name: String
        /// Input options of the pictures, and of the sound.
        var pictures = ""
        var sound = ""
        /// Output options.
        var output: String
        var source = Self.tones
        /// Seconds by which the tones come later, counted from the first picture.
        var shift = 0.0
        /// From where to where there is sound, counted as the tones.
        var range = 0.0...8.0
        var description: String { name }

        static let tones =
            "aevalsrc=0.25*sin(2*PI*1000*t)*between(t\\,2.037\\,3.037)+0.25*sin(2*PI*440*t)*between(t\\,5.512\\,6.012):s=48000:d=8"

        func make() throws -> URL {
            try Fixtures.film(
                "sound-" + name,
                """
                ffmpeg -v error \(pictures) -f lavfi -i 'testsrc2=s=128x72:r=25:d=8' \(sound) -f lavfi -i '\(source)' \
                    -map 0:v -map 1:a -c:v libx264 -preset ultrafast -g 12 -bf 2 -threads 1 \(output) -bitexact -y "$1"
                """)
        }
    }

    static let films = [
        Film(name: "aac.mp4", output: "-c:a aac -af 'pan=stereo|c0=c0|c1=c0'"),
        Film(name: "faststart.mp4", output: "-c:a aac -ac 2 -movflags +faststart"),
        Film(name: "aac.mkv", output: "-c:a aac -ac 2 -ar 44100"),
        Film(name: "aac.ts", output: "-c:a aac -ac 2"),
        Film(name: "mp2.ts", output: "-c:a mp2 -ar 32000 -ac 2"),
        Film(name: "pcm.mov", output: "-c:a pcm_s16le"),
        Film(name: "flac.mkv", output: "-c:a flac -ar 96000"),
        Film(name: "slow.mkv", output: "-c:a pcm_s16le -ar 8000"),
        Film(name: "surround.ts", output: "-c:a ac3 -ac 6"),
        Film(name: "surround.mp4", output: "-c:a aac -af 'pan=5.1|FC=c0'"),
        Film(name: "late.mp4", sound: "-itsoffset 1.5", output: "-c:a aac", shift: 1.5, range: 1.5...9.5),
        Film(name: "late.ts", sound: "-itsoffset 1.5", output: "-c:a mp2", shift: 1.5, range: 1.5...9.5),
        Film(name: "early.mkv", pictures: "-itsoffset 1", output: "-c:a flac", shift: -1, range: -1...7),
        Film(name: "short.mp4", sound: "-t 4", output: "-c:a aac", range: 0...4),
        Film(name: "offset.ts", output: "-c:a mp2 -output_ts_offset 3600"),
        Film(name: "wrap.ts", output: "-c:a mp2 -output_ts_offset 95441.7"),
    ]

    /// A presentation with its sound in segments of their own.
    enum Playlist: String, CaseIterable { case hls, dash }

    /// A presentation of the film with the tones, in a folder with all its files; a second rendition of sound
    /// has none of the tones.
    static func presentation(_ kind: Playlist) throws -> URL {
        let output =
            switch kind {
            case .hls:
                "-f hls -hls_time 2 -hls_list_size 0 -var_stream_map "
                    + "'v:0,agroup:a a:0,agroup:a,default:yes a:1,agroup:a' -master_pl_name all.m3u8 list%v.m3u8"
            case .dash:
                "-f dash -seg_duration 2 -adaptation_sets 'id=0,streams=0 id=1,streams=1 id=2,streams=2' all.mpd"
            }
        return try Fixtures.film(
            "renditions-\(kind)",
            """
            mkdir "$1"; cd "$1"; ffmpeg -nostdin -v error -f lavfi -i 'testsrc2=s=128x72:r=25:d=8' \
                -f lavfi -i '\(Film.tones)' -f lavfi -i 'sine=f=300:d=8' -map 0 -map 1 -map 2 \
                -c:v libx264 -preset ultrafast -g 50 -threads 1 -c:a aac -bitexact \(output)
            """)
    }

    /// Of a recording all segments are there, so that the sound is read; of a live one the pictures would
    /// wait for it, so that it is read where it is named.
    @Test(arguments: Playlist.allCases) func renditions(_ kind: Playlist) throws {
        let recording = try Self.presentation(kind)
        let name = kind == .dash ? "all.mpd" : "all.m3u8"
        let edges = try Hearing(.url("\(recording.path)/\(name)")).edges()
        try #require(edges.count == 4, "\(edges)")
        for (found, expected) in zip(edges, [2.037, 3.037, 5.512, 6.012]) {
            #expect(abs(found - expected) < 0.03, "\(edges)")
        }
        let live = FileManager.default.temporaryDirectory.appending(path: "scened-\(UUID().uuidString)")
        try FileManager.default.copyItem(at: recording, to: live)
        defer { try? FileManager.default.removeItem(at: live) }
        let lists = kind == .dash ? [name] : ["list0.m3u8", "list1.m3u8", "list2.m3u8"]
        for list in lists.map({ live.appending(path: $0) }) {
            let text = try String(contentsOf: list, encoding: .utf8)
            let open = text.replacing("#EXT-X-ENDLIST\n", with: "")
                .replacing(
                    "type=\"static\"",
                    with: "type=\"dynamic\" availabilityStartTime=\"2020-01-01T00:00:00Z\""
                )
                .replacing(/mediaPresentationDuration="[^"]*"/, with: "")
            #expect(open != text)
            try open.write(to: list, atomically: true, encoding: .utf8)
        }
        #expect(try Self.hearsAtOnce("\(live.path)/\(name)", .best) == false)
        #expect(try Self.hearsAtOnce("\(live.path)/\(name)", .stream(1)))
    }

    /// Whether there is sound before the fiftieth picture.
    private static func hearsAtOnce(_ path: String, _ sound: SoundChoice) throws -> Bool {
        var options = MediaOptions()
        options.sound = sound
        let reader = try MediaReader(.url(path), options: options, stop: StopFlag())
        var pictures = 0
        while pictures < 50, let item = reader.next() {
            switch item {
            case .sound: return true
            case .picture: pictures += 1
            case .gap, .cue: break
            }
        }
        #expect(pictures == 50)
        return false
    }

    /// What a reader tells, sound counted from the first picture, in seconds.
    private struct Hearing {
        var frames: [SoundFrame] = []
        var items: [String] = []
        var pictures = 0
        var gaps = 0

        init(_ source: MediaSource, threads: Int = 2, sound: SoundChoice = .best) throws {
            var options = MediaOptions()
            options.threads = threads
            options.sound = sound
            let reader = try MediaReader(source, options: options, stop: StopFlag())
            let clock = reader.summary.clock
            while let item = reader.next() {
                switch item {
                case .picture(let picture):
                    pictures += 1
                    items.append("\(picture.at.pts)")
                case .gap: gaps += 1
                case .cue(let cue): items.append("\(cue)")
                case .sound(var frame):
                    frame.start -= clock.timeBase.clampedMicroseconds(clock.startPTS)
                    frames.append(frame)
                    items.append("\(frame)")
                }
            }
        }

        /// Where the sound becomes louder than -45 dB, or falls below, to about a millisecond: the frame in
        /// which it does holds so much of the tone as it has power.
        func edges() -> [Double] {
            var edges: [Double] = []
            func power(_ index: Int) -> Double { pow(10, Double(frames[index].level) / 10) }
            let limit = pow(10, -4.5)
            for index in frames.indices.dropFirst().dropLast() where power(index) >= limit {
                let start = Double(frames[index].start) / 1e6
                if power(index - 1) < limit {
                    edges.append(start + 0.1 * (1 - min(1, power(index) / power(index + 1))))
                }
                if power(index + 1) < limit {
                    edges.append(start + 0.1 * min(1, power(index) / power(index - 1)))
                }
            }
            return edges
        }
    }

    @Test(arguments: films)
    func tonesAreWhereTheyAre(film: Film) throws {
        let hearing = try Hearing(.url(film.make().path))
        #expect(hearing.pictures == 200 && hearing.gaps == 0)
        let edges = [2.037, 3.037, 5.512, 6.012].filter { film.range.contains($0 + film.shift) }
            .map { $0 + film.shift }
        let heard = hearing.edges()
        #expect(heard.count == edges.count, "\(heard)")
        for (heard, edge) in zip(heard, edges) { #expect(abs(heard - edge) <= 0.01, "\(heard), not \(edge)") }
        // Without holes, from where the sound begins to where it ends.
        let first = try #require(hearing.frames.first), last = try #require(hearing.frames.last)
        #expect(abs(Double(first.start) / 1e6 - film.range.lowerBound) < 0.05, "\(first.start)")
        #expect(abs(Double(last.end) / 1e6 - film.range.upperBound) < 0.2, "\(last.end)")
        for (frame, next) in zip(hearing.frames, hearing.frames.dropFirst()) {
            #expect(abs(next.start - frame.end) <= 10_000, "at \(frame.end)")
        }
    }

    /// Stereo and surround of the same film have the same level, and slow sources fewer bands.
    @Test func levels() throws {
        func loudest(_ name: String) throws -> SoundFrame {
            let film = try #require(Self.films.first { $0.name == name })
            return try #require(Hearing(.url(film.make().path)).frames.max { $0.level < $1.level })
        }
        // 0.25 at its peak: -15.05 dB. A mono source goes to the center of a surround sound, 3 dB down.
        #expect(abs(try loudest("pcm.mov").level + 15.05) < 0.1)
        #expect(abs(try loudest("aac.mp4").level + 15.05) < 0.3)
        #expect(abs(try loudest("surround.mp4").level + 18.06) < 0.5)
        #expect(try loudest("slow.mkv").measuredBands == 17)
        #expect(try loudest("aac.mp4").measuredBands == 24)
    }

    /// The same bytes give the same items in the same order, whoever decodes them and however they come.
    @Test(arguments: ["faststart.mp4", "aac.mkv", "aac.ts", "late.ts"])
    func nothingDependsOnThreads(name: String) throws {
        let film = try #require(Self.films.first { $0.name == name }).make()
        let one = try Hearing(.url(film.path), threads: 1)
        #expect(one.frames.count > 60)
        for threads in [2, 4] {
            #expect(try Hearing(.url(film.path), threads: threads).items == one.items, "\(threads)")
        }
        let pipe = PipeSource([UInt8](try Data(contentsOf: film)), chunks: [999, 65_536, 7])
        #expect(try Hearing(.descriptor(pipe.readEnd, name: "pipe")).items == one.items)
        // Without sound, all else is the same.
        let silent = try Hearing(.url(film.path), sound: .none)
        #expect(silent.items == one.items.filter { !$0.hasPrefix("SoundFrame") })
    }

    @Test func theDefaultTrackIsRead() throws {
        let film = try Fixtures.film(
            "sound-two.mkv",
            """
            ffmpeg -v error -f lavfi -i 'testsrc2=s=128x72:r=25:d=8' -f lavfi -i '\(Film.tones)' \
                -f lavfi -i 'aevalsrc=0.25*sin(2*PI*700*t)*between(t\\,4.5\\,5.5):s=16000:d=8' -map 0:v -map 1:a -map 2:a \
                -c:v libx264 -preset ultrafast -c:a flac -disposition:a:0 0 -disposition:a:1 default -bitexact -y "$1"
            """)
        let both = try Hearing(.url(film.path))
        #expect(both.edges().count == 2 && abs(both.edges()[0] - 4.5) < 0.01)
        #expect(try Hearing(.url(film.path), sound: .stream(1)).edges().count == 4)
        #expect(throws: MediaError.self) { try Hearing(.url(film.path), sound: .stream(0)) }
        #expect(throws: MediaError.self) { try Hearing(.url(film.path), sound: .stream(9)) }
        #expect(try Hearing(.url(film.path), sound: .none).frames.isEmpty)
    }

    /// Pictures alone, and a sound that nobody can decode, are no error: there is no sound.
    @Test func noSoundIsNoError() throws {
        #expect(try Hearing(.url(Fixtures.path("cuts.mp4"))).frames.isEmpty)
        let film = try #require(Self.films.first { $0.name == "pcm.mov" }).make()
        var bytes = [UInt8](try Data(contentsOf: film))
        let codec = try #require(bytes.firstRange(of: Array("sowt".utf8)))
        bytes.replaceSubrange(codec, with: Array("zzzz".utf8))
        try Files.temporary([:]) { folder in
            let path = folder + "/unknown.mov"
            try Data(bytes).write(to: URL(filePath: path))
            let hearing = try Hearing(.url(path))
            #expect(hearing.frames.isEmpty && hearing.pictures == 200)
        }
    }

    /// The layout changes in mid-stream, from stereo at 48 kHz to mono at 44.1 kHz. FFmpeg still gives the
    /// stamps between those that stand in the stream the spacing of 48 kHz, up to 20 ms too early.
    @Test func aLayoutMayChange() throws {
        let first = try #require(Self.films.first { $0.name == "aac.ts" }).make()
        let second = try Film(name: "second.ts", output: "-c:a aac -ac 1 -ar 44100 -output_ts_offset 8.08")
            .make()
        let bytes = [UInt8](try Data(contentsOf: first)) + [UInt8](try Data(contentsOf: second))
        try Files.temporary([:]) { folder in
            let path = folder + "/both.ts"
            try Data(bytes).write(to: URL(filePath: path))
            let edges = try Hearing(.url(path)).edges()
            let expected = [2.037, 3.037, 5.512, 6.012, 10.037, 11.037, 13.512, 14.012]
            #expect(edges.count == expected.count, "\(edges)")
            for (edge, expected) in zip(edges, expected) { #expect(abs(edge - expected) <= 0.025, "\(edge)") }
        }
    }

    /// Lost packets of sound leave a hole, which is not silence, and the pictures as they were.
    @Test func damageIsMissing() throws {
        let film = try Film(
            name: "steady.ts", output: "-c:a mp2", source: "sine=frequency=600:sample_rate=48000:duration=8"
        ).make()
        let whole = try Hearing(.url(film.path))
        #expect(
            whole.frames.count >= 78
                && whole.frames.allSatisfy { abs($0.level - whole.frames[9].level) < 0.5 })
        var bytes = [UInt8](try Data(contentsOf: film))
        // Packets of the sound (PID 0x101) of the middle third become stuffing.
        let packets = stride(from: 0, to: bytes.count, by: 188).filter { place in
            Int(bytes[place + 1] & 0x1f) << 8 | Int(bytes[place + 2]) == 0x101
        }
        for place in packets[packets.count / 3..<2 * packets.count / 3] {
            (bytes[place + 1], bytes[place + 2]) = (0x1f, 0xff)
        }
        try Files.temporary([:]) { folder in
            let path = folder + "/lost.ts"
            try Data(bytes).write(to: URL(filePath: path))
            let lost = try Hearing(.url(path))
            #expect(lost.pictures == whole.pictures && lost.gaps == 0)
            #expect(35...60 ~= lost.frames.count)
            #expect(lost.frames.allSatisfy { $0.level > whole.frames[9].level - 3 })
            for (frame, next) in zip(lost.frames, lost.frames.dropFirst()) {
                #expect(next.start >= frame.end - 10_000)
            }
        }
    }
}
