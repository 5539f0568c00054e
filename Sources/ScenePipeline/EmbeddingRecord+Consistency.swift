internal import SceneSegmentation
internal import Timeline

extension EmbeddingRecord {
    /// The first contradiction between the record's instants, in words; nil if there is none.
    ///
    /// The film starts with its first picture; parts tile the timeline between gaps; shots begin and end with
    /// their parts; key frames lie in their part; a part is known no earlier than it ends; a horizon lies no
    /// later than its picture ends; a gap begins with the end of a part and ends with the next picture; an
    /// open part follows the last closed one. O(pictures + parts + gaps).
    var contradiction: String? {
        partContradiction ?? shotContradiction ?? pictureContradiction ?? openPartContradiction
    }

    private var partContradiction: String? {
        guard let first = parts.first?.part, let last = parts.last?.part else {
            return pictures.isEmpty ? nil : "its pictures belong to no part"
        }
        guard info.media.startPTS == pictures.first?.pts else {
            return "the film does not start with its first picture"
        }
        guard first.start.pts == pictures.first?.pts else { return "part 0 does not begin with the pictures" }
        guard last.end.pts == end?.pts else { return "the last part does not end with the film" }
        let afterGap = Dictionary(
            gaps.map { ($0.gap.start.pts, $0.gap.end.pts) }, uniquingKeysWith: { max($0, $1) })
        for (before, part) in zip(parts, parts.dropFirst()) {
            let (end, start) = (before.part.end.pts, part.part.start.pts)
            guard start == end || afterGap[end] == start else {
                return "part \(part.part.index) does not begin where part \(before.part.index) ends"
            }
        }
        for entry in parts where !entry.known.isEnd {
            guard entry.known.picture < pictures.count,
                pictures[entry.known.picture].pts >= entry.part.end.pts
            else { return "part \(entry.part.index) is known before it ends" }
        }
        return nil
    }

    private var shotContradiction: String? {
        for shot in shots {
            guard shot.start.pts == shot.parts.first?.start.pts, shot.end.pts == shot.parts.last?.end.pts
            else { return "shot \(shot.index) does not begin and end with its parts" }
            for part in shot.parts {
                let keyFrames = part.keyFrames
                guard keyFrames.allSatisfy({ $0.pts >= part.start.pts && $0.pts < part.end.pts }),
                    zip(keyFrames, keyFrames.dropFirst()).allSatisfy({ $0.pts <= $1.pts })
                else { return "the key frames of part \(part.index) do not lie in it" }
            }
        }
        return nil
    }

    private var pictureContradiction: String? {
        let ends = pictures.dropFirst().map(\.pts) + [end?.pts ?? .max]
        for (picture, (horizon, end)) in zip(pictures, zip(horizons, ends)) where horizon > end {
            return "the horizon at \(picture.pts) lies behind its picture"
        }
        if let end, let last = pictures.last, end.pts <= last.pts { return "it ends before its last picture" }
        let partEnds = Set(parts.map(\.part.end.pts))
        for (gap, count) in gaps {
            guard pictures[count - 1].pts < gap.start.pts, partEnds.contains(gap.start.pts),
                count == pictures.count || gap.end.pts == pictures[count].pts
            else { return "the gap at \(gap.start.pts) does not lie between its pictures" }
        }
        return nil
    }

    private var openPartContradiction: String? {
        for (picture, part) in openParts {
            let after = picture + 1 < pictures.count ? pictures[picture + 1] : end
            guard let after, part.start < part.end, part.end.pts <= after.pts,
                part.index == parts.count || part.start.pts == parts[part.index].part.start.pts,
                part.index == 0 || part.start.pts >= parts[part.index - 1].part.end.pts
            else { return "the open part at picture \(picture) does not follow the one before" }
        }
        return nil
    }
}
