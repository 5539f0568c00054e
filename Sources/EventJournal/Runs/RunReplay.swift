package import SceneEvents
internal import Timeline

/// While a file is read again: what of its events the journal holds.
///
/// A value. The last event of the journal is known by its mark. Where the file ends before, or it is asked to
/// end, a shot that was cut short has the mark of the whole one; so what cannot be taken back must be the
/// same up to there as well.
package struct RunReplay: Sendable {
    private let last: String
    /// nil where it is not known: the mark alone counts.
    private let course: Fingerprint?
    private var found = Fingerprint()

    /// nil where the journal holds nothing that says anything of the input.
    package init?(of record: RunRecord) {
        guard let last = record.lastMark else { return nil }
        (self.last, course) = (last, record.course)
    }

    /// Takes the next event of the file but for heartbeats, which are of the moment.
    ///
    /// - Parameters:
    ///   - event: in the order in which they are told.
    ///   - mark: its `EventIntake.mark`.
    /// - Returns: it is the last one that the journal holds; what follows is to be written.
    package mutating func take(_ event: Event, mark: String) -> Bool {
        switch event {
        case .shot(let shot): found.take(.shot, from: shot.start.pts, to: shot.end.pts)
        case .scene(let scene): found.take(.scene, from: scene.start.pts, to: scene.end.pts)
        case .block(let block): found.take(.block, from: block.start.pts, to: block.end.pts)
        case .gap(let gap): found.take(.gap, from: gap.start.pts, to: gap.end.pts)
        case .boundary(let boundary): found.take(boundary.state, at: boundary.at.pts)
        default: break
        }
        return mark == last && (course == nil || course == found)
    }
}

extension Fingerprint {
    /// What covers the timeline.
    mutating func take(_ kind: EventKind, from start: Int64, to end: Int64) {
        take(kind.rawValue.utf8)
        take(start)
        take(end)
    }

    /// A decision; a provisional answer is none, and changes with each score.
    mutating func take(_ state: BoundaryState, at pts: Int64) {
        guard state != .provisional else { return }
        take(state.rawValue.utf8)
        take(pts)
    }
}
