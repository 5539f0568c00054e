import ArchiveBatch
import Testing

/// What is known of a film that is done, and what is left to do.
@Suite struct DoneNoteTests {
    private static func note(
        reading: String = "r", scoring: String = "s", exports: String = "e", embeddings: Bool = true,
        hasCues: Bool = false, damage: String? = nil
    ) -> DoneNote {
        DoneNote(
            id: "a/b", input: "film \"1\".mp4",
            identity: InputIdentity(size: 12, modified: 1_700_000_000_123_456),
            ends: "ab", digests: BatchDigests(reading: reading, scoring: scoring, exports: exports),
            program: "1.0",
            damage: damage, files: ["events.jsonl"] + (embeddings ? ["embeddings.npz"] : []),
            counts: FilmCounts(filmSeconds: 16_000_000, shots: 10, scenes: 2, boundaries: 1, doubtful: 1),
            hasCues: hasCues,
            seconds: 250_000)
    }

    @Test func roundTrip() {
        for note in [
            Self.note(), Self.note(damage: "it broke off"), Self.note(embeddings: false, hasCues: true),
        ] {
            #expect(DoneNote([UInt8](note.text.utf8)) == note, "\(note.text)")
            // Half of it is none.
            #expect(DoneNote([UInt8](note.text.utf8.prefix(note.text.utf8.count / 2))) == nil)
        }
        var address = Self.note()
        (address.identity, address.ends) = (InputIdentity(size: nil, modified: nil), nil)
        #expect(DoneNote([UInt8](address.text.utf8)) == address)
    }

    static let cases: [(DoneNote?, Bool, Bool, Bool, BatchWork)] = [
        (Self.note(), true, true, true, BatchWork.nothing),
        (Self.note(exports: "x"), true, true, true, .exports),
        (Self.note(scoring: "x"), true, true, true, .scoring),
        (Self.note(scoring: "x", exports: "x"), true, true, true, .scoring),
        // `score` cannot say what cues said, nor read what is not there.
        (Self.note(scoring: "x", hasCues: true), true, true, true, .everything),
        (Self.note(scoring: "x"), true, true, false, .everything),
        (Self.note(reading: "x"), true, true, true, .everything),
        (Self.note(), false, true, true, .everything),
        (Self.note(embeddings: false), true, true, true, .everything),
        (Self.note(embeddings: false), true, false, true, .nothing),
        (nil, true, true, true, .everything),
    ]

    @Test(arguments: cases)
    func least(note: DoneNote?, isSame: Bool, keeps: Bool, canBeScored: Bool, work: BatchWork) {
        let wanted = BatchDigests(reading: "r", scoring: "s", exports: "e")
        #expect(
            BatchWork.least(note, for: wanted, isSame: isSame, keeps: keeps, canBeScored: canBeScored) == work
        )
    }
}
