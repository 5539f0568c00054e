import Foundation
import Glibc
import MediaInput
import TestSupport
import Testing
import Timeline

/// Contract 14: the same bytes give the same pictures, however they come.
@Suite struct TransportTests {
    static let clips = [
        "cuts.mp4", "cuts_fragmented.mp4", "cuts.mkv", "cuts.ts", "cuts.webm", "cuts.avi", "cuts_mpeg2.ts",
        "cuts_mpeg2.mpg", "cuts_hevc.mp4", "vfr.mp4", "vfr.mkv", "vfr.ts", "edit_list.mp4", "open_gop.ts",
        "with_audio.ts", "cover_video.mp4", "timecode.mp4", "restart.ts", "wrap.ts", "damaged.ts",
        "damaged.mkv", "truncated.mp4",
        "interlaced.mp4", "programs.ts",
    ]

    /// One thread where the clip is damaged: concealment depends on how decoder threads happen to run.
    static func options(_ clip: String) -> MediaOptions {
        var options = MediaOptions.twoThreads
        if clip.hasPrefix("damaged") { options.threads = 1 }
        return options
    }

    @Test(arguments: clips)
    func aPipeInOddChunksGivesWhatTheFileGives(clip: String) throws {
        let file = try Recording(clip: clip, options: Self.options(clip))
        let pipe = PipeSource(try Fixtures.bytes(clip), chunks: [1, 187, 4099, 31, 65_537, 7])
        let piped = try Recording(.descriptor(pipe.readEnd, name: "pipe"), options: Self.options(clip))
        #expect(file.lines == piped.lines)
        #expect(file.pictures.count > 5)
    }

    @Test(arguments: clips, [false, true])
    func theWebGivesWhatTheFileGives(clip: String, allowsRanges: Bool) throws {
        let file = try Recording(clip: clip, options: Self.options(clip))
        let server = WebSource(try Fixtures.bytes(clip), allowsRanges: allowsRanges)
        defer { server.close() }
        let served = try Recording(
            .url("http://127.0.0.1:\(server.port)/\(clip)"), options: Self.options(clip))
        #expect(file.lines == served.lines)
    }

    @Test func theNameOfAFileMeansNothing() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "scened-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let misnamed = folder.appending(path: "10%:film.txt").path
        try FileManager.default.copyItem(atPath: Fixtures.path("cuts.ts"), toPath: misnamed)
        #expect(try Recording(.url(misnamed)) == Recording(clip: "cuts.ts"))
    }

    @Test func aFIFOIsReadLikeAFile() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "scened-\(UUID().uuidString)").path
        #expect(mkfifo(path, 0o600) == 0)
        defer { unlink(path) }
        let bytes = try Fixtures.bytes("cuts.ts")
        onThread {
            let descriptor = open(path, O_WRONLY)
            var position = 0
            while position < bytes.count {
                let written = bytes.withUnsafeBytes { buffer in
                    buffer.baseAddress.map {
                        write(descriptor, $0 + position, min(3001, bytes.count - position))
                    } ?? -1
                }
                guard written > 0 else { break }
                position += written
            }
            close(descriptor)
        }
        #expect(try Recording(.url(path)) == Recording(clip: "cuts.ts"))
    }

    @Test func anIndexAtTheEndNeedsTheFileItself() throws {
        let file = try Recording(clip: "cuts_moov_last.mp4")
        #expect(file.pictures.map(\.at) == (try Recording(clip: "cuts.mp4")).pictures.map(\.at))
        let bytes = try Fixtures.bytes("cuts_moov_last.mp4")
        let ranges = WebSource(bytes, allowsRanges: true)
        defer { ranges.close() }
        #expect(try Recording(.url("http://127.0.0.1:\(ranges.port)/a.mp4")).lines == file.lines)

        let pipe = PipeSource(bytes, chunks: [4096])
        let error = #expect(throws: MediaError.self) {
            try Recording(.descriptor(pipe.readEnd, name: "standard input"))
        }
        #expect(error?.code == .indexAtEnd)
        #expect(error?.message.contains("-movflags +faststart") == true)
        let noRanges = WebSource(bytes, allowsRanges: false)
        defer { noRanges.close() }
        let refusal = #expect(throws: MediaError.self) {
            try Recording(.url("http://127.0.0.1:\(noRanges.port)/a.mp4"))
        }
        #expect(refusal?.code == .indexAtEnd)
    }

    @Test func aDescriptorStaysOpenAndStartsWhereItStands() throws {
        let descriptor = open(Fixtures.path("cuts.mp4"), O_RDONLY)
        defer { close(descriptor) }
        #expect(try Recording(.descriptor(descriptor, name: "film")) == Recording(clip: "cuts.mp4"))
        #expect(fcntl(descriptor, F_GETFD) >= 0)
    }

    @Test func aStopEndsAWaitForBytes() throws {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        defer { ends.forEach { close($0) } }
        let stop = StopFlag()
        let started = ContinuousClock.now
        onThread { stop.raise() }
        let error = #expect(throws: MediaError.self) {
            try MediaReader(.descriptor(ends[0], name: "pipe"), stop: stop)
        }
        #expect(error?.code == .interrupted)
        #expect(ContinuousClock.now - started < .seconds(2))
    }

    @Test func aStopInTheMiddleEndsTheStreamAsInterrupted() throws {
        let bytes = try Fixtures.bytes("cuts.ts")
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        defer { ends.forEach { close($0) } }
        // The writer never closes: without the stop the reader would wait for ever.
        let writeEnd = ends[1]
        onThread {
            _ = bytes.withUnsafeBytes { buffer in buffer.baseAddress.map { write(writeEnd, $0, buffer.count) }
            }
        }
        let stop = StopFlag()
        let reader = try MediaReader(.descriptor(ends[0], name: "pipe"), options: .twoThreads, stop: stop)
        var count = 0
        while reader.next() != nil {
            count += 1
            if count == 100 { onThread { stop.raise() } }
        }
        #expect(count >= 100)
        #expect(reader.ending == .interrupted)
        #expect(reader.next() == nil)
    }

    @Test func aSilentServerIsGivenUp() throws {
        let (listener, port) = LoopbackListener.open()
        defer { close(listener) }
        var options = MediaOptions.twoThreads
        options.networkTimeout = 0.3
        let started = ContinuousClock.now
        let error = #expect(throws: MediaError.self) {
            try MediaReader(
                .url("http://user:secret@127.0.0.1:\(port)/a"), options: options, stop: StopFlag())
        }
        #expect(error?.code == .cannotOpen)
        #expect(error?.message.contains("secret") == false)
        #expect(error?.message.contains("***@127.0.0.1") == true)
        #expect(ContinuousClock.now - started < .seconds(3))
    }
}
