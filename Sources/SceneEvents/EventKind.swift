/// The `type` field of an event.
package enum EventKind: String, Hashable, Sendable, CaseIterable {
    case streamStart = "stream_start"
    case cut, shot, score, boundary, scene, block, gap, cue, novelty, watermark, heartbeat
    case streamChange = "stream_change"
    case feedState = "feed_state"
    case degraded, recovered
    case streamEnd = "stream_end"
}
