extension Event {
    /// The event without what differs from run to run over the same media (`x-volatile` in the schema); nil
    /// where it does so as a whole.
    package var stable: Event? {
        switch self {
        case .heartbeat, .degraded, .recovered: return nil
        case .streamStart(var start):
            start.input = ""
            start.run = ""
            start.corrects = nil
            start.model.file = nil
            start.wall = ""
            return .streamStart(start)
        case .streamEnd(var end):
            end.wall = ""
            return .streamEnd(end)
        case .cut, .shot, .score, .boundary, .scene, .block, .gap, .cue, .novelty, .watermark, .streamChange,
            .feedState:
            return self
        }
    }
}
