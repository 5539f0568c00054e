internal import FoundationEssentials
internal import SceneSegmentation
internal import Timeline

extension EmbeddingRecord {
    /// Whether `write` knows the format that `path`'s extension names.
    package static func isWritable(_ path: String) -> Bool { ColumnTable.Format(path: path) != nil }

    /// Writes an NPZ or a safetensors file, by the extension of `path`, all or nothing.
    package func write(to path: String) throws(EmbeddingFileError) {
        guard let format = ColumnTable.Format(path: path) else {
            throw EmbeddingFileError(.unwritable, "\(path): name the file .npz or .safetensors")
        }
        try table().write(to: path, format: format)
    }

    /// The arrays, one row for each part, shot, picture or gap. An instant is three of them: `_pts`, and
    /// `_frame` and `_timecode`, -1 where that is not known.
    private func table() -> ColumnTable {
        var table = ColumnTable()
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        table.info = (try? encoder.encode(info)).map { String(decoding: $0, as: UTF8.self) } ?? ""

        let parts = self.parts.map(\.part)
        table.add(
            "embeddings", rows: parts.count, columns: info.dimension, parts.flatMap(\.embedding))
        for (place, further) in (info.further ?? []).enumerated() {
            table.add(
                Info.array(ofFurther: place), rows: parts.count, columns: further.dimension,
                parts.flatMap { $0.furtherEmbeddings[place] })
        }
        if let genres = info.genres {
            let none = [Float](repeating: 0, count: genres.names.count)
            table.add(
                "genre_affinity", rows: parts.count, columns: genres.names.count,
                parts.flatMap { $0.genreShares ?? none })
        }
        if let surprises {
            table.add("part_surprise", rows: surprises.count, columns: 1, surprises.map(\.surprise))
            table.add("part_novelty", rows: surprises.count, columns: 1, surprises.map(\.novelty))
        }
        table.add("part_shot", parts.map { Int64($0.shotIndex) })
        table.add("part_start", parts.map(\.start))
        table.add("part_end", parts.map(\.end))
        table.add("part_is_first", parts.map { $0.entry == nil ? 0 : 1 })
        table.add("part_is_last", parts.map { $0.isLastOfShot ? 1 : 0 })
        table.add("part_known", self.parts.map { Int64($0.known.picture) })
        table.add("part_known_at_end", self.parts.map { $0.known.isEnd ? 1 : 0 })
        let summaries = shots.flatMap(\.parts)
        table.add("part_key_frames", summaries.map { Int64($0.keyFrames.count) })
        table.add("key_frame", summaries.flatMap(\.keyFrames))

        table.add("shot_start", shots.map(\.start))
        table.add("shot_end", shots.map(\.end))
        table.add(
            "shot_transition",
            shots.map { Int64(TransitionKind.allCases.firstIndex(of: $0.transition.kind) ?? 0) })
        table.add("shot_transition_score", shots.map { Int64($0.transition.score.millionths) })
        table.add("shot_is_mixed", shots.map { $0.transition.mixed == nil ? 0 : 1 })
        // Where nothing mixes, the shot's start stands in.
        table.add("shot_mixed_first", shots.map { $0.transition.mixed?.lowerBound ?? $0.start })
        table.add("shot_mixed_last", shots.map { $0.transition.mixed?.upperBound ?? $0.start })

        table.add("gap_start", gaps.map(\.gap.start))
        table.add("gap_end", gaps.map(\.gap.end))
        table.add("gap_reason", gaps.map { $0.gap.reason == .missing ? 1 : 0 })
        table.add("gap_picture", gaps.map { Int64($0.picture) })

        table.add("picture", pictures)
        table.add("picture_horizon", horizons)
        table.add("end", end.map { [$0] } ?? [])

        let open = openParts.sorted { $0.key < $1.key }
        table.add("open_picture", open.map { Int64($0.key) })
        table.add("open_index", open.map { Int64($0.value.index) })
        table.add("open_shot", open.map { Int64($0.value.shotIndex) })
        table.add("open_start", open.map(\.value.start))
        table.add("open_end", open.map(\.value.end))
        table.add("open_is_first", open.map { $0.value.entry == nil ? 0 : 1 })
        table.add(
            "open_embeddings", rows: open.count, columns: info.dimension, open.flatMap(\.value.embedding))
        for (place, further) in (info.further ?? []).enumerated() {
            table.add(
                "open_" + Info.array(ofFurther: place), rows: open.count, columns: further.dimension,
                open.flatMap { $0.value.furtherEmbeddings[place] })
        }
        return table
    }
}

extension EmbeddingRecord.Info {
    /// Name of the array with the embeddings of `further[place]`: `embeddings_2` is the first.
    static func array(ofFurther place: Int) -> String { "embeddings_\(place + 2)" }
}

extension ColumnTable {
    fileprivate mutating func add(_ name: String, _ instants: [Instant]) {
        add(name + "_pts", instants.map(\.pts))
        add(name + "_frame", instants.map { $0.frame ?? -1 })
        add(name + "_timecode", instants.map { $0.timecode ?? -1 })
    }
}
