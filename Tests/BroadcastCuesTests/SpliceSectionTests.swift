import BroadcastCues
import Foundation
import TestSupport
import Testing

/// Sections of SCTE-35 against what the standard says they mean.
@Suite struct SpliceSectionTests {
    /// The examples of ANSI/SCTE 35, section 14.
    static let examples = [
        // 14.1: a placement opportunity of 307 s begins.
        "/DA0AAAAAAAA///wBQb+cr0AUAAeAhxDVUVJSAAAjn/PAAGlmbAICAAAAAAsoKGKNAIAmsnRfg==",
        // 14.2: a splice_insert with an avail_descriptor.
        "/DAvAAAAAAAA///wFAVIAACPf+/+c2nALv4AUsz1AAAAAAAKAAhDVUVJAAABNWLbowo=",
        // 14.3: the placement opportunity ends.
        "/DAvAAAAAAAA///wBQb+dGKQoAAZAhdDVUVJSAAAjn+fCAgAAAAALKChijUCAKnMZ1g=",
        // 14.4: a program ends and the next begins.
        "/DBIAAAAAAAA///wBQb+ek2ItgAyAhdDVUVJSAAAGH+fCAgAAAAALMvDRBEAAAIXQ1VFSUgAABl/nwgIAAAAACyk26AQAACZcuND",
    ]

    static func bytes(_ text: String) throws -> [UInt8] { Array(try #require(Data(base64Encoded: text))) }

    static func section(_ text: String) throws -> SpliceSection { try SpliceSection(bytes(text)[...]) }

    static func clear(_ section: SpliceSection) throws -> (SpliceCommand, [SpliceDescriptor]) {
        guard case .clear(let command, let descriptors) = section.content else {
            throw SpliceError.otherTable
        }
        return (command, descriptors)
    }

    @Test func aPlacementOpportunity() throws {
        let section = try Self.section(Self.examples[0])
        #expect(section.adjustment == 0 && section.tier == 0xfff)
        let (command, descriptors) = try Self.clear(section)
        #expect(command == .timeSignal(0x0_72bd_0050))
        guard case .segmentation(let descriptor) = descriptors.first else {
            Issue.record("no segmentation descriptor: \(descriptors)")
            return
        }
        #expect(descriptors.count == 1 && descriptor.eventID == 0x4800_008e)
        let segment = try #require(descriptor.segment)
        let restrictions = try #require(segment.restrictions)
        #expect(!restrictions.allowsWeb && restrictions.hasNoRegionalBlackout && restrictions.allowsArchive)
        #expect(restrictions.devices == 3)
        #expect(segment.duration == 27_630_000 && segment.components.isEmpty)
        #expect(segment.upids.map(\.type) == [8])
        #expect(segment.upids.map(\.hexadecimal) == ["000000002ca0a18a"])
        #expect(segment.type.number == 0x34 && segment.type.direction == .out)
        #expect(segment.type.name == "provider_placement_opportunity_start")
        #expect((segment.number, segment.expected) == (2, 0))
        // An encoder of before they came in leaves the parts out.
        #expect(segment.subSegment == nil)
    }

    @Test func aSpliceInsert() throws {
        let (command, descriptors) = try Self.clear(Self.section(Self.examples[1]))
        guard case .insert(let insert) = command else {
            Issue.record("\(command)")
            return
        }
        #expect(insert.eventID == 0x4800_008f)
        let splice = try #require(insert.splice)
        #expect(splice.isOut && !splice.isImmediate && splice.components.isEmpty)
        #expect(splice.time == 0x0_7369_c02e)
        #expect(splice.duration?.ticks == 0x52_ccf5 && splice.duration?.returnsItself == true)
        #expect((splice.programID, splice.avail, splice.availsExpected) == (0, 0, 0))
        #expect(descriptors == [.avail(0x135)])
    }

    @Test func endsAndBeginnings() throws {
        let types = try Self.examples.dropFirst(2).map { text in
            try Self.clear(Self.section(text)).1.map { descriptor -> String in
                guard case .segmentation(let found) = descriptor else { return "-" }
                return "\(found.eventID & 0xff) \(found.segment?.type.name ?? "")"
            }
        }
        #expect(
            types == [
                ["142 provider_placement_opportunity_end"], ["24 program_end", "25 program_start"],
            ])
    }

    /// A section around `body`, which begins with protocol_version and ends with the descriptor loop.
    static func sealed(_ body: [UInt8]) -> [UInt8] {
        let length = body.count + 4
        let section = [0xfc, 0x30 | UInt8(length >> 8), UInt8(length & 0xff)] + body
        var crc = UInt32.max
        for byte in section {
            crc ^= UInt32(byte) << 24
            for _ in 0..<8 { crc = crc & 0x8000_0000 == 0 ? crc << 1 : crc << 1 ^ 0x04c1_1db7 }
        }
        return section + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: crc >> $0) }
    }

    /// A command and descriptors in the clear.
    static func section(
        _ type: UInt8, _ command: [UInt8], _ descriptors: [UInt8] = [],
        adjustment: [UInt8] = [0, 0, 0, 0, 0],
        length: Int? = nil
    ) -> [UInt8] {
        let length = length ?? command.count
        let head = [0] + adjustment + [0xff, 0xff, 0xf0 | UInt8(length >> 8), UInt8(length & 0xff), type]
        return sealed(head + command + [0, UInt8(descriptors.count)] + descriptors)
    }

    static let commands: [(type: UInt8, bytes: [UInt8], command: SpliceCommand)] = [
        (0x00, [], .null), (0x07, [], .bandwidthReservation),
        // time_specified_flag 0: at once. 33 bits of ones.
        (0x06, [0x7f], .timeSignal(nil)), (0x06, [0xff, 0xff, 0xff, 0xff, 0xff], .timeSignal(0x1_ffff_ffff)),
        (0xff, [0x41, 0x42, 0x43, 0x44, 9], .privateCommand(identifier: 0x4142_4344, [9])),
        (0x08, [1, 2], .unknown(type: 8)),
        // Bytes behind a command are those of a later version.
        (0x06, [0x7f, 1, 2, 3], .timeSignal(nil)),
    ]

    @Test func everyCommand() throws {
        for (type, bytes, command) in Self.commands {
            #expect(try Self.clear(SpliceSection(Self.section(type, bytes)[...])).0 == command)
        }
        // Of old encoders, which leave the length out: what follows is found all the same.
        let avail: [UInt8] = [0, 8, 0x43, 0x55, 0x45, 0x49, 0, 0, 0, 5]
        for (type, bytes, command) in Self.commands.prefix(4) {
            let section = Self.section(type, bytes, avail, length: 0xfff)
            let (found, descriptors) = try Self.clear(SpliceSection(section[...]))
            #expect(found == command && descriptors == [.avail(5)])
        }
    }

    /// Cancelled, immediate, and of single components.
    @Test func everySpliceInsert() throws {
        func insert(_ bytes: [UInt8]) throws -> SpliceInsert {
            guard case .insert(let insert) = try Self.clear(SpliceSection(Self.section(5, bytes)[...])).0
            else {
                throw SpliceError.otherTable
            }
            return insert
        }
        #expect(try insert([0, 0, 0, 9, 0xff]) == insert([0, 0, 0, 9, 0x80]))
        #expect(try insert([0, 0, 0, 9, 0xff]).splice == nil)
        let now = try #require(try insert([0, 0, 0, 9, 0x7f, 0b0101_1111, 1, 2, 3, 4]).splice)
        #expect(!now.isOut && now.isImmediate && now.time == nil && now.duration == nil)
        #expect((now.programID, now.avail, now.availsExpected) == (0x102, 3, 4))
        // Two components, the first of which names no time.
        let some = try #require(
            try insert(
                [0, 0, 0, 9, 0x7f, 0b1000_1111, 2, 21, 0x7f, 22, 0xfe, 0, 0, 0, 7, 0, 1, 0, 0]
            ).splice)
        #expect(some.components.map(\.tag) == [21, 22] && some.components.map(\.time) == [nil, 7])
        #expect(some.time == 7 && some.isOut)
        // A break of 33 bits of ones that does not end by itself.
        let long = try #require(
            try insert([0, 0, 0, 9, 0x7f, 0b1111_1111, 0x7f, 0xff, 0xff, 0xff, 0xff, 0, 1, 0, 0]).splice)
        #expect(long.duration?.ticks == 0x1_ffff_ffff && long.duration?.returnsItself == false)
    }

    @Test func breaksByTheTimeOfDay() throws {
        let bytes: [UInt8] = [
            3,  // splice_count
            0, 0, 0, 1, 0xff,
            0, 0, 0, 2, 0x7f, 0b1111_1111, 0, 0, 0, 60, 0xfe, 0, 0, 0, 9, 0, 7, 1, 2,
            0, 0, 0, 3, 0x7f, 0b0001_1111, 2, 21, 0, 0, 0, 70, 22, 0, 0, 0, 71, 0, 7, 1, 2,
        ]
        guard case .schedule(let splices) = try Self.clear(SpliceSection(Self.section(4, bytes)[...])).0
        else {
            Issue.record("no splice_schedule")
            return
        }
        #expect(splices.map(\.eventID) == [1, 2, 3])
        #expect(splices.map(\.splice?.time) == [nil, 60, 70])
        #expect(splices.map(\.splice?.isOut) == [nil, true, false])
        #expect(splices[1].splice?.duration?.ticks == 9 && splices[2].splice?.programID == 7)
    }

    static let descriptors: [(bytes: [UInt8], descriptor: SpliceDescriptor)] = [
        ([1, 8, 0x43, 0x55, 0x45, 0x49, 50, 0x5f, 0x31, 0x23], .tones(preroll: 50, "1#")),
        (
            [3, 16, 0x43, 0x55, 0x45, 0x49, 0, 0, 0, 0, 1, 2, 0, 0, 0, 3, 0, 37],
            .time(seconds: 0x102, nanoseconds: 3, offset: 37)
        ),
        // An audio_descriptor, another owner's, one that breaks off, and tones that are none.
        ([4, 5, 0x43, 0x55, 0x45, 0x49, 0], .other(tag: 4)),
        ([0, 8, 1, 2, 3, 4, 0, 0, 0, 5], .other(tag: 0)),
        ([0, 6, 0x43, 0x55, 0x45, 0x49, 0, 0], .other(tag: 0)),
        ([1, 7, 0x43, 0x55, 0x45, 0x49, 50, 0x3f, 0x41], .other(tag: 1)), ([9, 0], .other(tag: 9)),
    ]

    @Test func everyDescriptor() throws {
        for (bytes, descriptor) in Self.descriptors {
            let section = Self.section(0, [], bytes + [0, 8, 0x43, 0x55, 0x45, 0x49, 0, 0, 0, 5])
            // What cannot be read does not take the next one with it.
            #expect(try Self.clear(SpliceSection(section[...])).1 == [descriptor, .avail(5)], "\(bytes)")
        }
    }

    /// Components, a list of identifiers, parts, and a cancellation.
    @Test func everySegmentation() throws {
        func segmentation(_ bytes: [UInt8]) throws -> SegmentationDescriptor? {
            let content = [0x43, 0x55, 0x45, 0x49] + bytes
            let section = Self.section(0, [], [2, UInt8(content.count)] + content)
            guard case .segmentation(let found) = try Self.clear(SpliceSection(section[...])).1.first else {
                return nil
            }
            return found
        }
        #expect(try segmentation([0, 0, 0, 4, 0xff]) == segmentation([0, 0, 0, 4, 0x80]))
        #expect(try segmentation([0, 0, 0, 4, 0xff])?.segment == nil)
        let parts: [UInt8] = [0x36, 1, 2, 3, 4]
        let found = try #require(
            try segmentation(
                [0, 0, 0, 4, 0x7f, 0b0011_1111, 1, 21, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0d, 9]
                    + [3, 2, 0x41, 0x42, 0x0f, 3, 0x75, 0x3a, 0x31] + parts)?.segment)
        #expect(found.restrictions == nil && found.duration == nil)
        #expect(found.components.map(\.tag) == [21] && found.components.map(\.offset) == [0x1_ffff_ffff])
        #expect(found.upids.map(\.type) == [3, 15] && found.upids.map(\.text) == ["AB", "u:1"])
        #expect((found.number, found.expected) == (1, 2))
        #expect(found.subSegment?.number == 3 && found.subSegment?.expected == 4)
        // Only some types have parts; without an identifier there is none.
        let plain = try #require(try segmentation([0, 0, 0, 4, 0x7f, 0xbf, 0, 0, 0x10, 1, 2, 3, 4])?.segment)
        #expect(plain.subSegment == nil && plain.upids.isEmpty)
        #expect(SegmentationType(number: 0x99).name == nil)
        // It ends within its identifier.
        #expect(try segmentation([0, 0, 0, 4, 0x7f, 0xbf, 3, 200, 0x41]) == nil)
    }

    static let identifiers: [(type: Int, hexadecimal: String, text: String?)] = [
        (3, "414243443031323334353648", "ABCD0123456H"), (3, "", nil), (3, "41000a", nil), (3, "c328", nil),
        (9, "6ec3a9", "né"), (8, "000000002ca0a18a", nil),
        // The example of EIDR's own page, whose last character is the check.
        (10, "14787791853 42c2390308610".filter { $0 != " " }, "10.5240/7791-8534-2C23-9030-8610-5"),
        (10, "1478", nil),
        (16, "cb0350ed39c24bbf88a60be2b1cb7ce5", "cb0350ed-39c2-4bbf-88a6-0be2b1cb7ce5"), (16, "cb", nil),
    ]

    @Test func identifiersAsPeopleWriteThem() throws {
        for (type, hexadecimal, text) in Self.identifiers {
            let digits = Array(hexadecimal)
            let bytes = try stride(from: 0, to: digits.count, by: 2).map {
                try #require(UInt8(String(digits[$0...$0 + 1]), radix: 16))
            }
            let upid = UPID(type: type, bytes: bytes)
            #expect(upid.text == text && upid.hexadecimal == hexadecimal)
        }
    }

    @Test func theAdjustmentHas33Bits() throws {
        let section = try SpliceSection(
            Self.section(6, [0xff, 0xff, 0xff, 0xff, 0xff], adjustment: [0x7f, 0, 0, 0, 2])[...])
        #expect(section.adjustment == 0x1_0000_0002)
    }

    /// Encrypted, from `splice_command_type` on.
    @Test func whatIsEncryptedIsNotRead() throws {
        let body: [UInt8] = [0, 0b1000_0010, 0, 0, 0, 1, 0xff, 0xff, 0xf0, 5, 1, 2, 3, 4, 5, 6, 7]
        let section = try SpliceSection(Self.sealed(body)[...])
        #expect(section.content == .encrypted(algorithm: 1) && section.adjustment == 1)
    }

    @Test func whatIsNoSection() throws {
        let good = try Self.bytes(Self.examples[1])
        func failure(_ bytes: [UInt8]) -> SpliceError? {
            do throws(SpliceError) {
                _ = try SpliceSection(bytes[...])
                return nil
            } catch {
                return error
            }
        }
        // What fills its packet does no harm.
        #expect(failure(good + [0xff, 0xff]) == nil)
        #expect(failure([]) == .otherTable && failure([0xfc]) == .breaksOff)
        #expect(failure(Array(good.dropLast())) == .breaksOff)
        for index in 3..<good.count {
            var bad = good
            bad[index] ^= 1
            #expect(failure(bad) == .wrongChecksum, "\(index)")
        }
        #expect(failure([0x02] + good.dropFirst()) == .otherTable)
        // A later protocol, a command that is longer than the section, and one that is too short.
        #expect(failure(Self.sealed([1] + good[4..<good.count - 4])) == .otherTable)
        #expect(failure(Self.section(6, [0xfe, 0, 0, 0, 1], length: 40)) == .breaksOff)
        #expect(failure(Self.section(6, [0xfe, 0, 0])) == .breaksOff)
        // A descriptor that is longer than the loop.
        #expect(failure(Self.section(0, [], [2, 40, 0x43])) == .breaksOff)
    }
}
