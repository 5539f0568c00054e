package import SceneEvents
internal import Timeline

/// Events and corrections in, corrected events out (contract 18).
///
/// A value without I/O. What the run told of boundaries and scenes is replaced, all else stays where it
/// stood. A boundary is told before the watermark, gap or end that says that nothing before it will change.
/// O(events).
package struct EventCorrector {
    private let corrections: Corrections

    package init(_ corrections: Corrections) { self.corrections = corrections }

    /// - Parameters:
    ///   - events: of one run, in order; an unfinished run is fine.
    ///   - run: identity of the new run.
    /// - Returns: the events of the new run.
    /// - Throws: where the corrections do not fit the run.
    package func correct(_ events: [Event], run: String) throws(CorrectionError) -> [Event] {
        let told = ToldEvents(events)
        guard let start = told.start else { throw .noStart }
        guard corrections.run == start.run else {
            throw .otherRun(corrected: corrections.run, found: start.run)
        }
        guard !told.shots.isEmpty else { throw .missing("shots") }
        guard !told.stretches.isEmpty else { throw .missing("scenes") }
        let answers = try CorrectedAnswers(told, corrections.entries, clock: start.media.clock)
        return arrange(answers.events, among: events, run: run, counts: answers.counts)
    }

    /// Puts the new answers where the old events leave room for them.
    private func arrange(
        _ answers: [(at: Int64, event: Event)], among events: [Event], run: String,
        counts: (boundaries: Int, scenes: Int)
    ) -> [Event] {
        var (corrected, next) = ([Event](), 0)
        func tell(upTo pts: Int64) {
            while next < answers.count, answers[next].at <= pts {
                corrected.append(answers[next].event)
                next += 1
            }
        }
        for event in events {
            switch event {
            case .boundary, .scene: continue
            case .streamStart(var start):
                start.corrects = start.run
                start.run = run
                corrected.append(.streamStart(start))
                continue
            case .watermark(let instant): tell(upTo: instant.pts)
            case .gap(let gap): tell(upTo: gap.start.pts)
            case .streamEnd(var end):
                tell(upTo: .max)
                (end.boundaries, end.scenes) = counts
                corrected.append(.streamEnd(end))
                continue
            case .cut, .shot, .score, .block, .cue, .novelty, .heartbeat, .streamChange, .feedState,
                .degraded,
                .recovered:
                break
            }
            corrected.append(event)
        }
        tell(upTo: .max)
        return corrected
    }
}
