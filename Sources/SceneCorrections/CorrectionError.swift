/// Why corrections cannot be applied to a run.
package enum CorrectionError: Error, Hashable, Sendable {
    /// The stream has no `stream_start`.
    case noStart
    /// The corrections are of another run.
    case otherRun(corrected: String, found: String)
    /// The run tells no shots, or no scenes.
    case missing(String)
    /// No final boundary of the run has this `id`.
    case unknown(String)
    /// Two entries speak of the same boundary, or put two at one place.
    case twice(String)
    /// The place lies in none of the run's scenes, or names no instant of its clock.
    case outside(String)
    /// So many scenes of a list begin beyond the run, the first of them where the list says; the run ends
    /// there. Both in seconds.
    case beyond(count: Int, first: Double, end: Double)
}

extension CorrectionError: CustomStringConvertible {
    /// One line, with a remedy.
    package var description: String {
        switch self {
        case .noStart: "the events have no stream_start; give the whole output of `scened segment`"
        case .otherRun(let corrected, let found):
            "the corrections are of run \(corrected), the events of run \(found); give the events that the page was made of"
        case .missing(let what):
            "the events tell no \(what), which corrections need; give the whole output of `scened segment`"
        case .unknown(let id):
            "no boundary has the id \(id); give the events that the page was made of"
        case .twice(let what): "the corrections say two things of \(what); remove one of them"
        case .outside(let place):
            "\(place) lies within no scene of the run; move or remove that correction"
        case .beyond(let count, let first, let end):
            """
            scenes that begin beyond the end of the run at \(end) s: \(count), the first at \(first) s; \
            give the list of this film
            """
        }
    }
}
