package import SceneModel
package import TensorKernels
package import Timeline

// Shapes: N shots, E width of the embeddings.

/// A film as training sees it: frozen embeddings of its shots, in order.
package struct TrainingFilm: Sendable {
    package var id: String
    /// [N, E].
    package var embeddings: Matrix
    /// Length of every shot in seconds.
    package var durations: [Double]
    /// Whether a scene ends with the shot; nil for a film without labels.
    package var labels: [Bool]?
    /// How every shot began; empty if that is unknown.
    package var entries: [TransitionKind]
    /// Positions, in order, at which shots end, where `embeddings` has a row for each part of a long shot;
    /// nil where every row is a shot. Only these are judged.
    package var shotEnds: [Int]?
    /// Positions, in order, before which a gap flushes the ring of a stream: no window reaches across them.
    package var restarts: [Int] = []
    /// Embeddings by which shots are compared beside `embeddings`, [N, width] each, and what made them; only
    /// networks of relations see them.
    package var furtherEmbeddings: [Matrix] = []
    package var furtherEncoders: [String] = []
    /// Of `embeddings` and of those beside them.
    package var cues = ComparedCues.encoder
    /// What each genre has of every shot [N, G], zeros where nothing is to be seen; nil where it is unknown.
    package var genreShares: Matrix?

    package init(
        id: String, embeddings: Matrix, durations: [Double], labels: [Bool]? = nil,
        entries: [TransitionKind] = []
    ) {
        let count = embeddings.rows
        precondition(count > 0, "a film with shots")
        precondition(durations.count == count && labels.map { $0.count == count } ?? true, "one per shot")
        precondition(entries.isEmpty || entries.count == count, "one per shot, or none")
        self.id = id
        self.embeddings = embeddings
        self.durations = durations
        self.labels = labels
        self.entries = entries
    }

    package var shotCount: Int { embeddings.rows }

    /// A number that films of other content hardly share (FNV-1a over names, labels and bits). `restarts`:
    /// where they differ, too, for trainings whose windows end there.
    package static func identity(_ films: [TrainingFilm], restarts: Bool = true) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        func mix(_ value: UInt64) { hash = (hash ^ value) &* 0x0000_0100_0000_01b3 }
        for film in films {
            for byte in film.id.utf8 { mix(UInt64(byte)) }
            mix(UInt64(film.shotCount))
            for matrix in [film.embeddings] + film.furtherEmbeddings {
                for value in matrix.values { mix(UInt64(value.bitPattern)) }
            }
            for duration in film.durations { mix(duration.bitPattern) }
            for label in film.labels ?? [] { mix(label ? 1 : 2) }
            for entry in film.entries { for byte in entry.rawValue.utf8 { mix(UInt64(byte)) } }
            for end in film.shotEnds ?? [] { mix(UInt64(end)) }
            for name in film.furtherEncoders { for byte in name.utf8 { mix(UInt64(byte)) } }
            if restarts { for restart in film.restarts { mix(UInt64(restart)) } }
        }
        return hash
    }
}

/// A shot of a list of films.
package struct ShotPlace: Hashable, Sendable {
    package var film: Int
    package var shot: Int

    package init(film: Int, shot: Int) {
        self.film = film
        self.shot = shot
    }

    /// Every shot of every film, or of those with labels.
    package static func all(_ films: [TrainingFilm], labeledOnly: Bool = false) -> [ShotPlace] {
        films.enumerated().flatMap { film, content in
            labeledOnly && content.labels == nil
                ? [] : (0..<content.shotCount).map { ShotPlace(film: film, shot: $0) }
        }
    }
}
