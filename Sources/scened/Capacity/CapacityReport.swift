import JSONText

/// What was measured, and what follows from it: a table for people, or one JSON object.
struct CapacityReport {
    var cores: Int
    /// The film, in words.
    var film: String
    var runs: [CapacityMeasurement.Run]
    /// What was not measured, since the time was up.
    var leftOut: [String]
    /// What follows is worked out from this run.
    var base: CapacityMeasurement.Run
    var feeds: [Int]
    var archives: [(name: String, hours: Double)]
    var seconds: Double

    private func model(_ run: CapacityMeasurement.Run) -> CapacityModel {
        CapacityModel(cores: cores, cost: run.cost, bitRate: run.bitRate)
    }

    // MARK: for people

    var text: String {
        var text =
            "\(cores) \(cores == 1 ? "core" : "cores"); \(film); one thread each, \(Int(seconds.rounded())) s\n\n"
        text += Self.row(["film", "plan", "of a core", "feeds per core", "hours per core-hour"])
        for run in runs {
            let model = model(run)
            text += Self.row([
                "\(run.codec) \(run.width)x\(run.height)", run.speed,
                "\(Self.short(run.cost.processor * 100)) %",
                Self.short(model.feedsPerCore), Self.short(model.hoursPerCoreHour),
            ])
        }
        if !leftOut.isEmpty { text += "not measured, the time was up: \(leftOut.joined(separator: ", "))\n" }
        let model = model(base)
        let kind = "\(base.codec) \(base.width)x\(base.height) at \(Self.bits(base.bitRate)), \(base.speed)"
        if !feeds.isEmpty {
            text += "\nlive feeds of \(kind)\n"
            text += Self.row(["feeds", "cores", "machines", "memory", "network", "events/s", "journal a day"])
            for feeds in feeds.map(model.feeds) {
                text += Self.row([
                    "\(feeds.count)", Self.short(feeds.cores), "\(feeds.machines)", Self.size(feeds.memory),
                    Self.bits(feeds.network), Self.short(feeds.eventsPerSecond),
                    Self.size(feeds.journalBytesPerDay),
                ])
            }
        }
        if !archives.isEmpty {
            text += "\narchives of \(kind)\n"
            text += Self.row([
                "archive", "hours", "core-hours", "days here", "events", "embeddings", "reading",
            ])
            for (name, archive) in archives.map({ ($0.name, model.archive(hours: $0.hours)) }) {
                text += Self.row([
                    name, Self.short(archive.hours), Self.short(archive.coreHours), Self.short(archive.days),
                    Self.size(archive.eventBytes), archive.embeddingBytes.map(Self.size) ?? "-",
                    Self.bits(archive.network),
                ])
            }
        }
        return text
    }

    private static func row(_ cells: [String]) -> String {
        var row = cells[0] + String(repeating: " ", count: max(0, 18 - cells[0].count))
        for cell in cells.dropFirst() {
            row += String(repeating: " ", count: max(2, 15 - cell.count)) + cell
        }
        return row + "\n"
    }

    /// Three digits that count.
    private static func short(_ value: Double) -> String {
        if value >= 100 { return grouped(Int(min(value, 9e15).rounded())) }
        let factor = value >= 10 ? 10.0 : 100.0
        let whole = Int((value * factor).rounded())
        let decimals = factor == 10 ? 1 : 2
        let digits = String(whole)
        let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        return "\(padded.dropLast(decimals)).\(padded.suffix(decimals))"
    }

    private static func grouped(_ value: Int) -> String {
        let digits = Array(String(value))
        return String(
            digits.enumerated().flatMap { place, digit in
                place > 0 && (digits.count - place) % 3 == 0 ? [",", digit] : [digit]
            })
    }

    private static func scaled(_ value: Double, _ units: [String]) -> String {
        var (value, place) = (value, 0)
        while value >= 1000, place < units.count - 1 {
            value /= 1000
            place += 1
        }
        return "\(short(value)) \(units[place])"
    }

    static func size(_ bytes: Double) -> String { scaled(bytes, ["B", "kB", "MB", "GB", "TB", "PB", "EB"]) }
    private static func bits(_ rate: Double) -> String {
        scaled(rate, ["bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s", "Pbit/s"])
    }

    // MARK: JSON

    /// One object with a newline. Sizes are bytes, rates bits a second.
    var line: String {
        var line = JSONLine()
        line.field("type", "capacity")
        line.field("cores", cores)
        line.field("film", film)
        line.field("usable_share", raw: Self.number(CapacityModel.usableShare))
        line.field("measured", list: runs.map(Self.object))
        line.field("not_measured", list: leftOut.map(JSONLine.quoted))
        line.field("base", raw: Self.object(base))
        let model = model(base)
        line.field("feeds", list: feeds.map(model.feeds).map(Self.object))
        line.field("archives", list: archives.map { Self.object($0.name, model.archive(hours: $0.hours)) })
        line.field("seconds", raw: Self.number(seconds))
        return line.object + "\n"
    }

    private static func object(_ run: CapacityMeasurement.Run) -> String {
        var line = JSONLine()
        line.field("codec", run.codec)
        line.field("width", run.width)
        line.field("height", run.height)
        line.field("speed", run.speed)
        line.field("bit_rate", raw: number(run.bitRate))
        line.field("film_seconds", raw: number(run.film))
        line.field("processor_seconds", raw: number(run.processor))
        line.field("wall_seconds", raw: number(run.wall))
        line.field("memory_bytes", run.cost.memory)
        line.field("events_per_second", raw: number(run.cost.eventsPerSecond))
        line.field("event_bytes_per_second", raw: number(run.cost.eventBytesPerSecond))
        line.field("embedding_bytes_per_second", raw: run.cost.embeddingBytesPerSecond.map(number) ?? "null")
        line.field("feeds_per_core", raw: number(CapacityModel.usableShare / run.cost.processor))
        line.field("hours_per_core_hour", raw: number(1 / run.cost.processor))
        return line.object
    }

    private static func object(_ feeds: CapacityModel.Feeds) -> String {
        var line = JSONLine()
        line.field("feeds", feeds.count)
        line.field("cores", raw: number(feeds.cores))
        line.field("machines", feeds.machines)
        line.field("memory_bytes", raw: number(feeds.memory))
        line.field("network_bit_rate", raw: number(feeds.network))
        line.field("events_per_second", raw: number(feeds.eventsPerSecond))
        line.field("journal_bytes_per_day", raw: number(feeds.journalBytesPerDay))
        return line.object
    }

    private static func object(_ name: String, _ archive: CapacityModel.Archive) -> String {
        var line = JSONLine()
        line.field("archive", name)
        line.field("hours", raw: number(archive.hours))
        line.field("core_hours", raw: number(archive.coreHours))
        line.field("days", raw: number(archive.days))
        line.field("event_bytes", raw: number(archive.eventBytes))
        line.field("embedding_bytes", raw: archive.embeddingBytes.map(number) ?? "null")
        line.field("reading_bit_rate", raw: number(archive.network))
        return line.object
    }

    /// Large ones whole, others with six decimals.
    private static func number(_ value: Double) -> String {
        guard value.isFinite else { return "null" }
        return abs(value) < 1e9
            ? JSONLine.decimal(micro: Int64((value * 1_000_000).rounded())) : "\(Int64(min(value, 9e18)))"
    }
}
