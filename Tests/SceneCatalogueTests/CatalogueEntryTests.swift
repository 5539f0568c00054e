import ArchiveBatch
import Foundation
import Platform
import SceneCatalogue
import TestSupport
import Testing

/// The rows that a film's events give.
@Suite struct CatalogueEntryTests {
    @Test func rowsSayWhatTheEventsSay() throws {
        let entry = try Results.entry("news/monday.mp4", SampleStream.withGap)
        #expect(entry.rows[.shots]?.count == 3 && entry.rows[.gaps]?.count == 1)
        let key = CatalogueValue.integer(entry.key)
        // Scenes, shots and boundaries count from 1. The first of 300 frames of 512 ticks of 1/12288 s.
        #expect(
            entry.rows[.scenes]?[0] == [
                key, .integer(1), .real(0), .real(12.5), .real(12.5), .integer(0), .integer(300),
                .text("00:00:00:00"), .text("boundary"), .real(0.5), .integer(1), .integer(1), .null,
            ])
        #expect(entry.rows[.scenes]?[1][8...9] == [.text("gap"), .null])
        // Provisional answers are none.
        #expect(
            entry.rows[.boundaries] == [
                [
                    key, .integer(1), .real(12.5), .integer(300), .text("00:00:12:12"), .text("cut"),
                    .real(0.5), .real(0.5), .real(0), .null, .text("cut"), .integer(1), .integer(2),
                ]
            ])
        let recording = try #require(entry.rows[.recordings]?.first)
        #expect(recording[1...2] == [.text("news/monday.mp4"), .text("/films/news/monday.mp4")])
        #expect(recording.contains(.text(#"{"split":"thirds","threshold":0.5,"deadline":null}"#)))
        #expect(recording.last == .text(#"["events.jsonl","report.html"]"#))
        // Each row has a value for each column.
        for (table, rows) in entry.rows {
            for row in rows { #expect(row.count == table.columns.count, "\(table)") }
        }
    }

    @Test func tagsOfProbesAndSentences() throws {
        let entry = try Results.entry("a", SampleStream.oneScene) { text in
            text.replacingOccurrences(
                of: #","first_shot""#,
                with:
                    #","tags":[{"label":"goal","probability":0.9}],"sentence_tags":[{"name":"goal","share":0.2,"cosine":-0.1}],"first_shot""#
            )
        }
        let key = CatalogueValue.integer(entry.key)
        #expect(
            entry.rows[.tags] == [
                [key, .integer(1), .text("probe"), .text("goal"), .real(0.9), .null],
                [key, .integer(1), .text("sentence"), .text("goal"), .real(0.2), .real(-0.1)],
            ])
    }

    @Test func embeddingsAreHalfFloats() throws {
        var entry = try Results.entry("a", SampleStream.oneScene)
        entry.add(part: 1, shot: 1, start: 0, end: 2_000_000, vector: [0x3c00, 0x8001])
        #expect(
            entry.rows[.embeddings] == [
                [
                    .integer(entry.key), .integer(1), .integer(1), .real(0), .real(2),
                    .blob([0x00, 0x3c, 0x01, 0x80]),
                ]
            ])
    }

    /// Keys are those of Python's `int.from_bytes(hashlib.sha256(name).digest()[:8]) >> 11`.
    @Test func keysAreOfTheNamesAlone() {
        #expect(CatalogueEntry.key(of: "") == Int64(0xe3b0_c442_98fc_1c14 as UInt64 >> 11))
        #expect(CatalogueEntry.key(of: "abc") == Int64(0xba78_16bf_8f01_cfea as UInt64 >> 11))
        #expect((0..<1000).allSatisfy { 0..<(1 << 53) ~= CatalogueEntry.key(of: "film\($0)") })
    }

    struct Damage: CustomTestStringConvertible, Sendable {
        var what: String
        var edit: @Sendable (String) -> String
        var testDescription: String { what }
    }

    static let damages = [
        Damage(what: "it breaks off") { String($0.prefix { $0 != "\n" }) + "\n" },
        Damage(what: "line 2: it is not valid JSON") {
            $0.replacingOccurrences(of: "\"type\":\"shot\"", with: "\"type\":\"shot\",")
        },
        Damage(what: "not those that done.json counts") { text in
            text.split(separator: "\n").filter { !$0.contains("\"type\":\"scene\"") }.joined(separator: "\n")
        },
        Damage(what: "it comes after the end") { text in
            text + (text.split(separator: "\n").first { $0.contains("\"type\":\"shot\"") } ?? "")
        },
        Damage(what: "version 2") { $0.replacingOccurrences(of: "{\"v\":1", with: "{\"v\":2") },
        Damage(what: "before any stream_start") { text in
            text.split(separator: "\n").dropFirst().joined(separator: "\n")
        },
        Damage(what: "it breaks off") { _ in "" },
    ]

    @Test(arguments: damages)
    func damagedEvents(_ damage: Damage) {
        let error = #expect(throws: CatalogueError.self) { try Results.entry("a", edit: damage.edit) }
        #expect(error?.code == .unusable)
        #expect(
            error?.description.hasPrefix("events.jsonl") == true
                && error?.description.contains(damage.what) == true, "\(error?.description ?? "")")
    }

    /// Whatever bytes stand there, there is a row or one line, never a crash.
    @Test func fuzzedEvents() throws {
        let text = Array(SampleStream.withGap.lines.joined().utf8)
        let note = Results.note("a", shots: 3, boundaries: 1)
        var generator = SeededGenerator(seed: 7)
        var (failed, taken) = (0, 0)
        for _ in 0..<400 {
            var bytes = text
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(
                    in: 0...255, using: &generator)
            }
            do {
                _ = try CatalogueEntry(name: "a", note: note, noteDigest: "", events: bytes)
                taken += 1
            } catch {
                #expect(!error.description.contains("\n"))
                failed += 1
            }
        }
        #expect(failed > 50 && failed + taken == 400)
    }
}
