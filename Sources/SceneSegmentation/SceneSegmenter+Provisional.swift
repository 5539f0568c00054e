internal import DequeModule
internal import Timeline

extension SceneSegmenter {
    /// Tells how undecided candidates look with the parts that are closed by now (contract 11): once one
    /// looks like a boundary, and from then on whenever its score changes, until it is decided. Only a
    /// decision takes it back.
    ///
    /// The rules are those of final decisions, on a copy of what they depend on; beyond the last closed part
    /// that part is repeated, as at the film's end. A candidate with no closed part to its right is not
    /// judged. At most K + p scores.
    mutating func tellProvisional(now: Instant, into output: inout [SegmenterOutput]) {
        let answers = timeline.map { provisionalAnswer($0) }
        var trial = decider
        for position in timeline.indices {
            switch timeline[position] {
            case .begin(let start, _): trial.begin(at: start.pts)
            case .end(let end, _, _): trial.pause(at: end.pts)
            case .candidate(var candidate):
                guard let answer = answers[position], let next = candidate.next else { return }
                var nextScore: Score?
                if options.decision.awaitedScores > 0, position + 1 < timeline.count,
                    case .candidate(let follower) = timeline[position + 1],
                    follower.partIndex == candidate.partIndex + 1
                {
                    nextScore = answers[position + 1]?.score
                }
                let verdict = trial.decide(
                    partIndex: candidate.partIndex, at: candidate.at.pts, score: answer.score, next: nextScore
                )
                let isNews = candidate.told.map { $0.score != answer.score } ?? verdict.isBoundary
                guard isNews else { continue }
                let boundary = candidate.boundary(
                    .provisional, answer, next, threshold: verdict.threshold, now: now)
                candidate.told = .init(revision: boundary.revision, score: boundary.score)
                timeline[position] = .candidate(candidate)
                output.append(.boundary(boundary))
            }
        }
    }

    /// The answer to `entry` as far as parts are closed; nil where it asks for none, or nothing stands to its
    /// right.
    private mutating func provisionalAnswer(_ entry: TimelineEntry) -> Candidate.Answer? {
        guard case .candidate(let candidate) = entry else { return nil }
        if let answer = candidate.answer { return answer }
        let rightParts = ring.rightCount(center: candidate.partIndex)
        guard rightParts > 0 else { return nil }
        return Candidate.Answer(
            score: probability(ring.window(center: candidate.partIndex, provisional: nil)),
            rightParts: rightParts, isComplete: false)
    }
}

extension Candidate {
    /// The next event about it.
    func boundary(
        _ state: BoundaryState, _ answer: Answer, _ next: Next?, threshold: Score, now: Instant
    ) -> Boundary {
        Boundary(
            at: at, kind: isLastOfShot ? .cut : .intraShot, state: state,
            revision: told.map { $0.revision + 1 } ?? 0, score: answer.score, threshold: threshold,
            transition: isLastOfShot ? next?.transition : nil, leftShot: shotIndex,
            rightShot: next?.shotIndex ?? shotIndex + (isLastOfShot ? 1 : 0), rightParts: answer.rightParts,
            isComplete: answer.isComplete, delay: now.pts - at.pts)
    }
}
