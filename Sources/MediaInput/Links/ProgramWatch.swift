/// Watches the program maps of an MPEG transport stream (ISO/IEC 13818-1, 2.4.4). A map that no longer
/// names the video that is read, but other video, begins a link.
struct ProgramWatch: LinkWatch {
    /// One video of a program: its packets and how they are coded.
    private struct Video: Hashable {
        var identifier: Int
        var type: UInt8
    }

    /// The sections of one PID, as far as they have come: a section may run over several packets, and the
    /// next one begins behind it in the same packet.
    private struct Assembly {
        var bytes: [UInt8]
        /// The units that those bytes came in.
        var units: [UInt8]
    }

    /// A section of the table of programs: maps that it names, and the units that it came in.
    private struct Table {
        var maps: [Int]
        var units: [UInt8]
    }

    /// Bytes from packet to packet: 188, with a time stamp in front 192, with a check behind 204.
    private let unit: Int
    /// Where the packet stands in that.
    private let lead: Int
    /// The program that is read, if it was asked for.
    private let program: Int?
    /// PID of the video that is read; nil as long as it has not been chosen.
    private var followed: Int?
    /// A unit of which the beginning has been scanned.
    private var partial: [UInt8] = []
    /// The sections of the table of programs, by their numbers.
    private var tables: [UInt8: Table] = [:]
    /// Of that table.
    private var version: UInt8?
    /// PIDs of the maps.
    private var maps: Set<Int> = []
    private var assemblies: [Int: Assembly] = [:]
    /// Continuity counters of the last packets of tables and maps.
    private var counters: [Int: UInt8] = [:]
    /// What each program's map names.
    private var videos: [Int: Set<Video>] = [:]

    private static let sync: UInt8 = 0x47
    /// Stream types of video (table 2-34, and those registered for AVS, VC-1 and Dirac).
    private static let types: Set<UInt8> = [
        0x01, 0x02, 0x10, 0x1b, 0x20, 0x24, 0x33, 0x42, 0xd1, 0xd2, 0xd4, 0xea,
    ]

    /// nil if `head` holds no row of packets; a part of one may stand in front.
    init?(head: [UInt8], program: Int?) {
        let layouts = [(188, 0), (192, 4), (204, 0)]
        func isRow(from first: Int, _ unit: Int) -> Bool {
            stride(from: first, to: first + 4 * unit, by: unit).allSatisfy {
                $0 < head.count && head[$0] == Self.sync
            }
        }
        guard
            let (unit, lead) = layouts.first(where: { unit, _ in
                (0..<unit).contains { isRow(from: $0, unit) }
            })
        else { return nil }
        (self.unit, self.lead, self.program) = (unit, lead, program)
    }

    mutating func follow(identifier: Int) { followed = identifier }

    mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>) -> LinkStart? {
        var index = 0
        while index < bytes.count {
            if !partial.isEmpty || bytes.count - index < unit {
                let count = min(unit - partial.count, bytes.count - index)
                let before = partial
                partial.append(contentsOf: bytes[index..<index + count])
                index += count
                guard partial.count == unit else { break }
                guard partial[lead] == Self.sync else {
                    partial.removeFirst()
                    continue
                }
                let whole = partial
                partial = []
                if let prefix = whole.withUnsafeBufferPointer({ look($0) }) {
                    return LinkStart(offset: index - count, prefix: prefix + before)
                }
                continue
            }
            guard bytes[index + lead] == Self.sync else {
                // Out of step: bytes were lost.
                index += 1
                continue
            }
            if let prefix = look(UnsafeBufferPointer(rebasing: bytes[index..<index + unit])) {
                return LinkStart(offset: index, prefix: prefix)
            }
            index += unit
        }
        return nil
    }

    /// Looks at one unit; what a link that begins with it needs in front, if one does.
    private mutating func look(_ whole: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        let packet = UnsafeBufferPointer(rebasing: whole[lead..<lead + 188])
        let identifier = Int(packet[1] & 0x1f) << 8 | Int(packet[2])
        guard identifier == 0 || maps.contains(identifier), packet[1] & 0x80 == 0, packet[3] & 0x10 != 0
        else { return nil }
        let counter = packet[3] & 0x0f
        let before = counters.updateValue(counter, forKey: identifier)
        var start = 4
        if packet[3] & 0x20 != 0 { start += 1 + Int(packet[4]) }
        guard start < 188 else { return nil }
        guard packet[1] & 0x40 != 0 else {
            // A packet may be sent twice.
            return before == counter ? nil : take(packet[start...], of: identifier, in: whole)
        }
        // What stands in front of the first section that begins here belongs to the one before.
        let first = start + 1 + Int(packet[start])
        guard first < 188 else { return nil }
        let prefix = take(packet[(start + 1)..<first], of: identifier, in: whole)
        assemblies[identifier] = Assembly(bytes: [], units: [])
        return prefix ?? take(packet[first...], of: identifier, in: whole)
    }

    /// Takes bytes of sections, and each section that ends in them.
    private mutating func take(
        _ bytes: Slice<UnsafeBufferPointer<UInt8>>, of identifier: Int,
        in unit: UnsafeBufferPointer<UInt8>
    ) -> [UInt8]? {
        guard var assembly = assemblies.removeValue(forKey: identifier) else { return nil }
        assembly.bytes.append(contentsOf: bytes)
        while let length = Self.length(of: assembly.bytes) {
            // Stuffing, or no section: nothing follows before the next packet that begins one.
            guard length > 0 else { return nil }
            guard assembly.bytes.count >= length else { break }
            let section = Array(assembly.bytes[..<length])
            assembly.bytes.removeFirst(length)
            let units = assembly.units
            // What follows begins in this unit.
            assembly.units = []
            guard section.count >= 12, Self.checksum(section) == 0 else { continue }
            if identifier == 0 {
                readTable(section, units + unit)
            } else if beginsLink(section) {
                return tables.sorted { $0.key < $1.key }.flatMap(\.value.units) + units
            }
        }
        assembly.units.append(contentsOf: unit)
        assemblies[identifier] = assembly
        return nil
    }

    private mutating func readTable(_ section: [UInt8], _ units: [UInt8]) {
        // One that is sent ahead of its time does not count yet.
        guard section[0] == 0, section[5] & 1 != 0 else { return }
        if version != section[5] >> 1 & 0x1f { tables = [:] }
        version = section[5] >> 1 & 0x1f
        var named: [Int] = []
        for place in stride(from: 8, to: section.count - 7, by: 4) {
            let number = Int(section[place]) << 8 | Int(section[place + 1])
            guard number != 0 else { continue }
            named.append(Int(section[place + 2] & 0x1f) << 8 | Int(section[place + 3]))
        }
        tables[section[6]] = Table(maps: named, units: units)
        let last = section[7]
        tables = tables.filter { $0.key <= last }
        maps = Set(tables.values.flatMap(\.maps))
    }

    /// Takes a program's map.
    private mutating func beginsLink(_ section: [UInt8]) -> Bool {
        guard section[0] == 2, section.count >= 16, section[5] & 1 != 0 else { return false }
        let number = Int(section[3]) << 8 | Int(section[4])
        var place = 12 + (Int(section[10] & 0x0f) << 8 | Int(section[11]))
        var named: Set<Video> = []
        while place + 5 <= section.count - 4 {
            let video = Video(
                identifier: Int(section[place + 1] & 0x1f) << 8 | Int(section[place + 2]),
                type: section[place])
            if Self.types.contains(video.type) { named.insert(video) }
            place += 5 + (Int(section[place + 3] & 0x0f) << 8 | Int(section[place + 4]))
        }
        // Without video the program pauses; what it had may come back.
        guard !named.isEmpty else { return false }
        let before = videos[number] ?? []
        videos[number] = named
        guard program == nil || program == number else { return false }
        return before.contains { video in
            !named.contains(video) && followed ?? video.identifier == video.identifier
        }
    }

    /// Bytes of the section that `bytes` begin with; 0 if they begin with none, nil if they do not tell yet.
    private static func length(of bytes: [UInt8]) -> Int? {
        guard let kind = bytes.first else { return nil }
        guard kind != 0xff else { return 0 }
        guard bytes.count >= 3 else { return nil }
        let length = 3 + (Int(bytes[1] & 0x0f) << 8 | Int(bytes[2]))
        return length <= 4096 ? length : 0
    }

    /// CRC-32 as annex A of the standard has it: 0 over what ends with its own.
    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        bytes.reduce(UInt32.max) { crc, byte in
            (0..<8).reduce(crc ^ UInt32(byte) << 24) { crc, _ in
                crc & 0x8000_0000 == 0 ? crc << 1 : crc << 1 ^ 0x04c1_1db7
            }
        }
    }
}
