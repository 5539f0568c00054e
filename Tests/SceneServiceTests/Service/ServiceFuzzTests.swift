import Platform
import SceneService
import EventDelivery
import FeedRuntime
import EventJournal
import Foundation
import ScenePipeline
import TestSupport
import Testing

/// Whatever stands in a configuration, an address, a journal, or comes over a socket: an answer or one line,
/// never a crash.
@Suite struct ServiceFuzzTests {
    static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    static func isOneLine(_ text: String) -> Bool { !text.isEmpty && !text.contains("\n") }

    @Test func configurations() throws {
        let example = try String(
            contentsOf: Fixtures.root.appending(path: "systemd/scened.yaml"), encoding: .utf8)
        let bare = example.split(separator: "\n").map { line in
            line.hasPrefix("#   ") || line.hasPrefix("# defaults") || line.hasPrefix("# sinks")
                ? String(line.dropFirst(2)) : String(line)
        }.joined(separator: "\n")
        let small = "feeds:\n  - name: a\n    input: udp://239.0.0.1:5\n"
        let words =
            ["&a ", "*a", "!!int ", "[", "{", "- ", "? ", "|\n", "<<: *a\n", "\t", "\u{85}"]
            + FeedSettings.keys
        Fuzzing.run(400, seed: 1, samples: [small, bare].map { Array($0.utf8) }, words: words) { bytes in
            do throws(ConfigurationError) {
                let read = try ServiceConfiguration(yaml: Self.text(bytes), file: "f.yaml")
                #expect(!read.feeds.isEmpty)
            } catch {
                #expect(Self.isOneLine(error.description), "\(error)")
            }
        }
    }

    @Test func addresses() {
        let samples = [
            "rtsp://viewer:${credential:hall}@camera.example:554/1?a=b", "[::1]:80", "127.0.0.1:9310",
            "unix:/run/scened/events.sock", "systemd:scened-http", "http://[fe80::1%25eth0]:8080/a",
            "file:///a/b.ts",
            "01J00000000000000000000000:42", "*.cdn.example", "http://localhost:9310/v1/events?feed=a",
            "Sun, 06 Nov 1994 08:49:37 GMT",
        ]
        let words = ["://", "@", "${credential:", "}", "%", ":", "["]
        Fuzzing.run(20_000, seed: 2, samples: samples.map { Array($0.utf8) }, words: words) { bytes in
            let text = Self.text(bytes)
            for audience in [[text], ["localhost"]] {
                _ = HTTPAudience(
                    target: text, needsHost: true, hosts: audience, origins: [text], checksNames: true)
            }
            _ = (RetryAfter.seconds(text, now: 0), ListenAddress(service: text), HTTPAddress(text))
            let address = FeedAddress(text)
            _ = (address.host, address.scheme, address.isLive, ListenAddress(text), HostRules.isPattern(text))
            #expect(FeedPlanName.isSafe(text) || !FeedName.isValid(text))
            let secret = SecretText(text)
            _ = secret.resolved { $0 }
            _ = (Secrets.redacted(text), SecretText.percentEncoded(text))
            if let cursor = JournalCursor(text) { #expect(JournalCursor("\(cursor)") == cursor) }
        }
    }

    @Test func journalLines() throws {
        let lines = try String(
            contentsOf: Fixtures.root.appending(path: "fixtures/export/film.events.jsonl"), encoding: .utf8)
        let samples = lines.split(separator: "\n").map { Array($0.utf8) }
        var record = RunRecord()
        for sample in samples { JournalLine(sample[...]).map { record.take($0) } }
        #expect(record.start != nil && RunRecord(file: record.file) == record)
        var folded = RunRecord()
        Fuzzing.run(10_000, seed: 3, samples: samples, words: ["\"seq\":", "\"type\":\"gap\"", "null", "}"]) {
            bytes in
            JournalLine(bytes[...]).map { folded.take($0) }
        }
        Fuzzing.run(3_000, seed: 4, samples: [record.file]) { bytes in
            if var read = RunRecord(file: bytes) { JournalLine(samples[1][...]).map { read.take($0) } }
        }
    }

    @Test func requests() {
        let samples = [
            #"{"after":"start","feeds":["news","é"],"types":["scene"],"envelope":true,"hello":true}"#,
            #"{"after":"01J00000000000000000000000:42"}"#, "feed=news&types=scene,gap&after=now&envelope=1",
            "after=01J00000000000000000000000%3A42&feed=a%20b",
        ]
        Fuzzing.run(10_000, seed: 5, samples: samples.map { Array($0.utf8) }, words: ["%", "&", "=", "\":"]) {
            bytes in
            do throws(EventRequest.Failure) { _ = try EventRequest(line: bytes) } catch {
                #expect(Self.isOneLine(error.description))
            }
            do throws(EventRequest.Failure) {
                _ = try EventRequest(query: Self.text(bytes), lastEventID: Self.text(bytes))
            } catch {
                #expect(Self.isOneLine(error.description))
            }
        }
    }

    /// What a worker sends that decodes hostile bytes, and may have been taken over by them.
    @Test func workerMessages() {
        var chance = SeededGenerator(seed: 6)
        let samples = FeedWireTests.messages(&chance).map(\.message).filter { $0.count < 100_000 }
        Fuzzing.run(10_000, seed: 6, samples: samples.map { Array($0) }) { bytes in
            _ = try? WorkerMessage(message: bytes[...])
            _ = try? WorkerSpecification(message: bytes[...])
            var frames = FrameBuffer()
            frames.append(bytes[...])
            while let message = try? frames.next() { _ = try? WorkerMessage(message: message) }
        }
    }

    @Test func embeddingLines() {
        let samples = [
            #"{"start":0,"end":2.5,"embedding":[0.1,-2,3e-5]}"#,
            #"{"start":2.5,"end":4,"embedding":[1,2,3]}"#,
        ]
        Fuzzing.run(10_000, seed: 7, samples: samples.map { Array($0.utf8) }, words: ["[", "]", ","]) {
            bytes in
            do throws(EmbeddingFileError) {
                let line = try EmbeddingLine(parsing: bytes, number: 1)
                let isFinite = line.embedding.allSatisfy { $0.isFinite }
                #expect(isFinite)
            } catch {
                #expect(Self.isOneLine(error.description), "\(error)")
            }
        }
    }
}

/// Names of feeds become names of folders.
private enum FeedPlanName {
    static func isSafe(_ name: String) -> Bool {
        !name.contains("/") && name != "." && name != ".." && !name.isEmpty
    }
}
