internal import FoundationEssentials
internal import SceneEvents
internal import SceneSegmentation
internal import Timeline

extension EmbeddingRecord {
    /// Whether a file begins as an NPZ or a safetensors file does; false for what cannot be opened or is no
    /// regular file.
    package static func isRecord(_ path: String) -> Bool { ColumnTable.Format(contentsOf: path) != nil }

    /// Reads what `write` wrote. Everything is checked, so that no file can make the arithmetic behind it
    /// overflow.
    package init(path: String) throws(EmbeddingFileError) {
        let format = ColumnTable.Format(contentsOf: path) ?? .npz
        let columns = CheckedColumns(path: path, table: try ColumnTable(path: path, format: format))
        guard let info = try? JSONDecoder().decode(Info.self, from: Data(columns.table.info.utf8)) else {
            throw columns.damaged("it lacks the description that embed writes")
        }
        guard info.version == 1 else {
            throw columns.damaged("its layout has version \(info.version), this scened knows 1")
        }
        try info.check(columns)
        self.init(info: info)
        guard let within = info.media.clock.plausible else { throw columns.damaged("its clock is not one") }
        pictures = try columns.instants("picture", count: nil, within)
        horizons = try columns.integers("picture_horizon", count: pictures.count)
        guard pictures.count == info.pictures, zip(pictures, pictures.dropFirst()).allSatisfy({ $0 < $1 })
        else {
            throw columns.damaged("its pictures are not in order")
        }
        end = try columns.instants("end", count: nil, within).first
        try readShots(columns, within)
        try readParts(columns, within)
        try readGaps(columns, within)
        try readOpenParts(columns, within)
        if let contradiction { throw columns.damaged("its times contradict one another: \(contradiction)") }
    }

    private mutating func readShots(
        _ columns: CheckedColumns, _ within: ClosedRange<Int64>
    ) throws(EmbeddingFileError) {
        let starts = try columns.instants("shot_start", count: nil, within)
        let ends = try columns.instants("shot_end", count: starts.count, within)
        let kinds = try columns.integers("shot_transition", count: starts.count)
        let scores = try columns.integers("shot_transition_score", count: starts.count)
        let mixed = try columns.flags("shot_is_mixed", count: starts.count)
        let first = try columns.instants("shot_mixed_first", count: starts.count, within)
        let last = try columns.instants("shot_mixed_last", count: starts.count, within)
        for index in starts.indices {
            guard starts[index] < ends[index], first[index] <= last[index],
                TransitionKind.allCases.indices.contains(Int(clamping: kinds[index]))
            else { throw columns.damaged("shot \(index) is not one") }
            shots.append(
                Shot(
                    index: index, start: starts[index], end: ends[index],
                    transition: Transition(
                        kind: TransitionKind.allCases[Int(kinds[index])],
                        mixed: mixed[index] ? first[index]...last[index] : nil,
                        score: Score(Double(scores[index]) / 1_000_000)),
                    parts: []))
        }
    }

    private mutating func readParts(
        _ columns: CheckedColumns, _ within: ClosedRange<Int64>
    ) throws(EmbeddingFileError) {
        let starts = try columns.instants("part_start", count: nil, within)
        let count = starts.count
        let ends = try columns.instants("part_end", count: count, within)
        let shotOf = try columns.integers("part_shot", count: count)
        let isFirst = try columns.flags("part_is_first", count: count)
        let isLast = try columns.flags("part_is_last", count: count)
        let known = try columns.integers("part_known", count: count)
        let isEnd = try columns.flags("part_known_at_end", count: count)
        let keyFrameCounts = try columns.integers("part_key_frames", count: count)
        let keyFrames = try columns.instants("key_frame", count: nil, within)
        let embeddings = try columns.rows("embeddings", count: count, width: info.dimension)
        let further = try further(columns, "", count: count)
        let shares = try info.genres.map { genres throws(EmbeddingFileError) in
            try columns.rows("genre_affinity", count: count, width: genres.names.count)
        }
        let clock = info.media.clock
        var nextShot = 0
        var nextKeyFrame = 0
        for index in 0..<count {
            let frames = Int(clamping: keyFrameCounts[index])
            guard shotOf[index] == nextShot, nextShot < shots.count, starts[index] < ends[index],
                isFirst[index] == shots[nextShot].parts.isEmpty, known[index] >= 0,
                known[index] <= pictures.count, index == 0 || known[index] >= known[index - 1],
                (0...(keyFrames.count - nextKeyFrame)).contains(frames)
            else { throw columns.damaged("part \(index) does not follow the one before") }
            let shot = shots[nextShot]
            var part = EncodedPart(
                index: index, shotIndex: nextShot, start: starts[index], end: ends[index],
                duration: clock.timeBase.seconds(ends[index].pts - starts[index].pts),
                entry: isFirst[index] ? shot.transition : nil, isLastOfShot: isLast[index],
                embedding: embeddings[index])
            part.genreShares = shares?[index]
            part.furtherEmbeddings = further.map { $0[index] }
            parts.append(.init(part: part, known: .init(picture: Int(known[index]), isEnd: isEnd[index])))
            shots[nextShot].parts.append(
                PartSummary(
                    index: index, start: starts[index], end: ends[index],
                    keyFrames: Array(keyFrames[nextKeyFrame..<nextKeyFrame + frames])))
            nextKeyFrame += frames
            if isLast[index] { nextShot += 1 }
        }
        guard nextShot == shots.count else { throw columns.damaged("a shot lacks its last part") }
    }

    private mutating func readGaps(
        _ columns: CheckedColumns, _ within: ClosedRange<Int64>
    ) throws(EmbeddingFileError) {
        let starts = try columns.instants("gap_start", count: nil, within)
        let ends = try columns.instants("gap_end", count: starts.count, within)
        let reasons = try columns.flags("gap_reason", count: starts.count)
        let places = try columns.integers("gap_picture", count: starts.count)
        var last: Int64 = 0
        for index in starts.indices {
            guard starts[index] <= ends[index], places[index] > last, places[index] <= pictures.count else {
                throw columns.damaged("gap \(index) is not one")
            }
            last = places[index]
            gaps.append(
                (
                    Gap(
                        start: starts[index], end: ends[index],
                        reason: reasons[index] ? .missing : .discontinuity),
                    Int(last)
                ))
        }
    }

    private mutating func readOpenParts(
        _ columns: CheckedColumns, _ within: ClosedRange<Int64>
    ) throws(EmbeddingFileError) {
        let places = try columns.integers("open_picture", count: nil)
        let indices = try columns.integers("open_index", count: places.count)
        let shotOf = try columns.integers("open_shot", count: places.count)
        let starts = try columns.instants("open_start", count: places.count, within)
        let ends = try columns.instants("open_end", count: places.count, within)
        let isFirst = try columns.flags("open_is_first", count: places.count)
        let embeddings = try columns.rows("open_embeddings", count: places.count, width: info.dimension)
        let further = try further(columns, "open_", count: places.count)
        let timeBase = info.media.clock.timeBase
        for row in places.indices {
            guard pictures.indices.contains(Int(clamping: places[row])),
                shots.indices.contains(Int(clamping: shotOf[row])), indices[row] >= 0,
                indices[row] <= parts.count,
                starts[row] < ends[row]
            else { throw columns.damaged("open part \(row) is not one") }
            var part = EncodedPart(
                index: Int(indices[row]), shotIndex: Int(shotOf[row]), start: starts[row], end: ends[row],
                duration: timeBase.seconds(ends[row].pts - starts[row].pts),
                entry: isFirst[row] ? shots[Int(shotOf[row])].transition : nil, isLastOfShot: false,
                embedding: embeddings[row])
            part.furtherEmbeddings = further.map { $0[row] }
            openParts[Int(places[row])] = part
        }
    }

    /// The embeddings beside the first encoder's, of each encoder in order, `count` rows.
    private func further(
        _ columns: CheckedColumns, _ prefix: String, count: Int
    ) throws(EmbeddingFileError) -> [[[Float]]] {
        var found: [[[Float]]] = []
        for (place, further) in (info.further ?? []).enumerated() {
            found.append(
                try columns.rows(
                    prefix + Info.array(ofFurther: place), count: count, width: further.dimension))
        }
        return found
    }
}

extension EmbeddingRecord.Info {
    /// Throws unless every number is one that `embed` can have written.
    fileprivate func check(_ columns: CheckedColumns) throws(EmbeddingFileError) {
        let limit = Int64(Int32.max)
        let century = Int64(MediaClock.century * 1_000_000)
        guard (1...limit).contains(media.timeBaseNumerator), (1...limit).contains(media.timeBaseDenominator),
            media.startOffset.map({ (-century...century).contains($0) }) ?? true,
            media.timecodeLabelsPerSecond.map({ (1...120).contains($0) }) ?? true
        else { throw columns.damaged("its clock is not one") }
        guard SplitRule(rawValue: options.split) != nil, (1...3600).contains(options.splitAfter),
            options.minimumShot >= 0, options.minimumShot <= options.splitAfter / 2,
            options.splitAfter >= 3 * options.minimumShot,
            options.deadline.map({ $0 > 0 && $0 < 1e9 }) ?? true
        else { throw columns.damaged("its options are not ones of embed") }
        let widths = [dimension] + (further ?? []).map(\.dimension)
        guard widths.allSatisfy({ 1...1 << 20 ~= $0 }), widths.count <= 9,
            genres.map({ 2...1000 ~= $0.names.count }) ?? true,
            pictures >= 0, damagedPictures >= 0, decoderDelay >= 0,
            (0...1_000_000_000).contains(detectorLag), StreamEnd.Reason(rawValue: reason) != nil,
            TransitionKind.allCases.map(\.rawValue).starts(with: transitions)
        else { throw columns.damaged("its description is not one of embed") }
    }
}
