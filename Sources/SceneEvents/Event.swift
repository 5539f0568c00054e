package import Timeline

/// One line of the event stream: what happened, without its place in the stream.
///
/// `EventWriter` adds version, sequence number and identity, and turns it into JSON. The grammar is
/// `stream_start (cut | shot | score | boundary | scene | block | gap | cue | novelty | watermark |
/// heartbeat | stream_change | feed_state | degraded | recovered)* stream_end`; before `stream_start` there
/// may be heartbeats.
package enum Event: Equatable, Sendable {
    case streamStart(StreamStart)
    /// Written on request only.
    case cut(CutNotice)
    case shot(Shot)
    /// Written on request only.
    case score(PartScore)
    case boundary(Boundary)
    case scene(Scene)
    /// Written on request only (contract 20).
    case block(Block)
    case gap(Gap)
    /// What whoever made the stream says of it (contract 19).
    case cue(Cue)
    /// Something other than usual is on, or the usual again; on request only (contract 25).
    case novelty(Novelty)
    /// Nothing before this instant will change (contract 12).
    case watermark(Instant)
    /// How a live feed stands; files have none.
    case heartbeat(Heartbeat)
    /// The pictures are of another kind from here on.
    case streamChange(StreamChange)
    /// A live feed shows black, stands still, or moves again.
    case feedState(PictureState)
    /// The machine could not keep up with a live feed: less work is done for it from here on (contract 14).
    case degraded(Relief)
    /// More work is done again.
    case recovered(Relief)
    case streamEnd(StreamEnd)

    package var kind: EventKind {
        switch self {
        case .streamStart: .streamStart
        case .cut: .cut
        case .shot: .shot
        case .score: .score
        case .boundary: .boundary
        case .scene: .scene
        case .block: .block
        case .gap: .gap
        case .cue: .cue
        case .novelty: .novelty
        case .watermark: .watermark
        case .heartbeat: .heartbeat
        case .streamChange: .streamChange
        case .feedState: .feedState
        case .degraded: .degraded
        case .recovered: .recovered
        case .streamEnd: .streamEnd
        }
    }
}
