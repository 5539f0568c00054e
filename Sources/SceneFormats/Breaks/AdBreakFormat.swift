internal import JSONText
internal import SceneEvents
package import Timeline

/// A format for lists of breaks.
package enum AdBreakFormat: String, Hashable, Sendable, CaseIterable {
    case csv, json, daterange, scte35

    /// The plan as text. Positions without a boundary are told as such: with empty cells, with null, in a
    /// comment. `origin`: wall-clock time at which the file starts, for `daterange`; nil: that of the run.
    package func write(
        _ plan: AdBreakPlan, of log: EventLog, origin: WallTime? = nil
    ) throws(ExportError) -> String {
        switch self {
        case .csv: return csv(plan)
        case .json: return json(plan, log)
        case .scte35: return splices(plan, log)
        case .daterange:
            guard let origin = origin ?? WallTime(log.start.wall) else {
                throw .notExpressible(
                    format: "daterange", entry: nil,
                    reason: "its start has no wall-clock time (give --program-date-time 2026-01-02T03:04:05Z)"
                )
            }
            return dateRanges(plan, log, origin)
        }
    }

    /// Microseconds at which the picture at `ticks` is shown, rounded up.
    private func time(_ ticks: Int64, _ plan: AdBreakPlan) -> Int64 {
        plan.timeBase.ceiling(ticks, perSecond: 1_000_000)
    }

    private func csv(_ plan: AdBreakPlan) -> String {
        var text = "wished_seconds,found_seconds,frame,timecode,score,id\r\n"
        for item in plan.breaks {
            var cells = [JSONLine.decimal(micro: item.wished)]
            if let found = item.boundary {
                cells.append(JSONLine.decimal(micro: time(found.at, plan)))
                cells.append(found.frame.map { "\($0)" } ?? "")
                cells.append(found.timecode?.description ?? "")
                cells.append(JSONLine.decimal(micro: Int64(found.score.millionths)))
                cells.append(found.id)
            } else {
                cells += ["", "", "", "", ""]
            }
            text += cells.joined(separator: ",") + "\r\n"
        }
        return text
    }

    private func fields(_ item: AdBreakPlan.Break, _ plan: AdBreakPlan) -> JSONLine {
        var line = JSONLine()
        line.field("wished", microseconds: item.wished)
        line.field("found", microseconds: item.boundary.map { time($0.at, plan) })
        line.field("frame", optional: item.boundary?.frame)
        line.field("timecode", item.boundary?.timecode?.description)
        line.field(
            "score", raw: item.boundary.map { JSONLine.decimal(micro: Int64($0.score.millionths)) } ?? "null")
        line.field("id", item.boundary?.id)
        return line
    }

    private func json(_ plan: AdBreakPlan, _ log: EventLog) -> String {
        var document = JSONLine()
        document.field("type", "scened_adbreaks")
        document.field("version", 1)
        document.field("feed", log.start.feed)
        document.field("run", log.start.run)
        document.field("breaks", list: plan.breaks.map { "\n" + fields($0, plan).object })
        return document.object + "\n"
    }

    private func splice(_ found: AdBreakPlan.Candidate, _ number: Int, _ log: EventLog) -> SpliceInformation {
        let pts = found.at - log.firstPicture + log.start.media.clock.startPTS
        return SpliceInformation(
            presentationTime: log.timeBase.ceiling(pts, perSecond: 90_000),
            eventNumber: UInt32(truncatingIfNeeded: number))
    }

    private func splices(_ plan: AdBreakPlan, _ log: EventLog) -> String {
        var text = ""
        for (index, item) in plan.breaks.enumerated() {
            var line = fields(item, plan)
            let section: SpliceInformation? = item.boundary.map { splice($0, index + 1, log) }
            line.field("pts_90k", optional: section.map { $0.presentationTime & 0x1_ffff_ffff })
            line.field("base64", section?.base64)
            line.field("hex", section?.hexadecimal)
            text += line.object + "\n"
        }
        return text
    }

    private func dateRanges(_ plan: AdBreakPlan, _ log: EventLog, _ origin: WallTime) -> String {
        var text = "# Times count from \(origin)\n"
        for (index, item) in plan.breaks.enumerated() {
            guard let found = item.boundary else {
                text += "# no scene boundary near \(JSONLine.decimal(micro: item.wished)) s\n"
                continue
            }
            let time = log.timeBase.ceiling(found.at, perSecond: 1000)
            text += "#EXT-X-DATERANGE:ID=\"break/\(found.id)\",CLASS=\"org.scened.break\""
            text += ",START-DATE=\"\(WallTime(milliseconds: origin.milliseconds + time))\""
            text += ",SCTE35-CMD=\(splice(found, index + 1, log).hexadecimal)\n"
        }
        return text
    }
}
