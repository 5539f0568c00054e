import JSONText
import SceneEvents

extension ExportFormat {
    package static let cloudEvents = ExportFormat(
        name: "cloudevents", suffix: ".cloudevents.json", summary: "CloudEvents 1.0, as a batch",
        CloudEventsWriter())
}

/// The events as a batch of CloudEvents 1.0 (`application/cloudevents-batch+json`): the last answer of each,
/// in the order in which they were told, each with the unchanged event as its data. An event that is told
/// again keeps source and id.
struct CloudEventsWriter: LogWriter {
    func write(_ list: ExportList) throws(ExportError) -> [String] {
        let start = list.log.start
        let source = "/scened/" + percentEncoded(start.feed)
        var events: [String] = []
        for line in list.log.lines {
            var event = JSONLine()
            event.field("specversion", "1.0")
            event.field("id", "\(start.run):\(line.sequence)")
            event.field("source", source)
            event.field("type", "org.scened.\(line.type).v1")
            event.field("subject", line.id)
            if let wall = line.wall { event.field("time", wall) }
            event.field("datacontenttype", "application/json")
            if let time = line.mediaTime { event.field("mediatime", JSONLine.decimal(micro: time)) }
            if let state = line.state { event.field("state", state) }
            if let revision = line.revision { event.field("rev", revision) }
            event.field("data", raw: line.json)
            events.append("\n" + event.object)
        }
        return ["[" + events.joined(separator: ",") + "\n]\n"]
    }
}
