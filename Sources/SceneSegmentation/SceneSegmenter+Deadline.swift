internal import Timeline

extension SceneSegmenter {
    /// PTS at which the next answer is due; nil without a deadline or without anything undecided.
    var nextDeadline: Int64? {
        guard let deadline else { return nil }
        var earliest = unscored.first?.at.pts
        if case .candidate(let candidate)? = timeline.first {
            earliest = min(earliest ?? candidate.at.pts, candidate.at.pts)
        }
        return earliest.map { $0 + deadline }
    }

    /// Scores and decides everything that is due at `now`, with the open shot's provisional embedding
    /// standing in for what is not yet closed (contract 10). The ring does not change, and nothing of it is
    /// ever revised.
    mutating func decideDue(now: Instant, provisional: EncodedPart?, into output: inout [SegmenterOutput]) {
        guard let deadline else { return }
        while let job = unscored.first, job.at.pts + deadline <= now.pts {
            score(
                ring.window(center: job.partIndex, provisional: provisional),
                rightParts: ring.rightCount(center: job.partIndex), isComplete: false, into: &output)
        }
        resolve(now: now, into: &output)
        while case .candidate(let candidate)? = timeline.first, candidate.at.pts + deadline <= now.pts,
            let answer = candidate.answer
        {
            // A following candidate has a veto with the score it has, or would have if it were due now.
            let nextScore = follower(of: candidate).map {
                $0.answer?.score ?? probability(ring.window(center: $0.partIndex, provisional: provisional))
            }
            let next =
                candidate.next ?? provisional.map { .init(transition: $0.entry, shotIndex: $0.shotIndex) }
            timeline.removeFirst()
            decide(candidate, answer, next, nextScore: nextScore, now: now, into: &output)
            resolve(now: now, into: &output)
        }
    }
}
