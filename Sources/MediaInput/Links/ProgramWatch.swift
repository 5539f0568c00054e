/// Watches the program maps of an MPEG transport stream (ISO/IEC 13818-1, 2.4.4). A map that no longer
/// names the video that is read, but other video, begins a link.
struct ProgramWatch: LinkWatch {
    /// One video of a program: its packets and how they are coded.
    private struct Video: Hashable {
        var identifier: Int
        var type: UInt8
    }

    /// A section of a map, as far as it has come, and the packets that it came in.
    private struct Assembly {
        var section: [UInt8]
        var packets: [UInt8]
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
    /// The unit that holds the last table of programs.
    private var table: [UInt8] = []
    /// PIDs of the maps.
    private var maps: Set<Int> = []
    private var assemblies: [Int: Assembly] = [:]
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
        var start = 4
        if packet[3] & 0x20 != 0 { start += 1 + Int(packet[4]) }
        let begins = packet[1] & 0x40 != 0
        guard start < 188 else { return nil }
        if begins { start += 1 + Int(packet[start]) }
        guard start < 188 else { return nil }
        if identifier == 0 {
            readTable(packet[start...], whole)
            return nil
        }
        var assembly = begins ? Assembly(section: [], packets: []) : assemblies[identifier]
        assembly?.section.append(contentsOf: packet[start...])
        let packets = assembly?.packets ?? []
        assembly?.packets.append(contentsOf: whole)
        assemblies[identifier] = assembly
        guard let section = assembly.flatMap({ Self.section($0.section) }) else {
            if let assembly, assembly.section.count > 1100 { assemblies[identifier] = nil }
            return nil
        }
        assemblies[identifier] = nil
        return beginsLink(section) ? table + packets : nil
    }

    private mutating func readTable(
        _ bytes: Slice<UnsafeBufferPointer<UInt8>>, _ whole: UnsafeBufferPointer<UInt8>
    ) {
        guard let section = Self.section(Array(bytes)), section[0] == 0, section.count >= 12 else { return }
        table = Array(whole)
        maps = []
        for place in stride(from: 8, to: section.count - 7, by: 4) {
            let number = Int(section[place]) << 8 | Int(section[place + 1])
            guard number != 0 else { continue }
            maps.insert(Int(section[place + 2] & 0x1f) << 8 | Int(section[place + 3]))
        }
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

    /// A whole section that `bytes` begin with and whose checksum is right.
    private static func section(_ bytes: [UInt8]) -> [UInt8]? {
        guard bytes.count >= 12 else { return nil }
        let length = 3 + (Int(bytes[1] & 0x0f) << 8 | Int(bytes[2]))
        guard (12...1024).contains(length), bytes.count >= length else { return nil }
        let section = Array(bytes[..<length])
        return checksum(section) == 0 ? section : nil
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
