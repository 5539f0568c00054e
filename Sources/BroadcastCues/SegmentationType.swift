/// `segmentation_type_id`: what begins or ends (ANSI/SCTE 35, table 23).
package struct SegmentationType: Hashable, Sendable {
    package var number: Int

    package init(number: Int) { self.number = number }

    /// Which way the program goes.
    package enum Direction: Hashable, Sendable {
        /// A break, or part of one, begins.
        case out
        /// It ends.
        case back
    }

    /// The standard's name in lower case; nil if it has none.
    package var name: String? { Self.names[number] }

    /// Types whose segments may have parts.
    var hasParts: Bool { [0x30, 0x32, 0x34, 0x36, 0x38, 0x3a, 0x44, 0x46].contains(number) }

    /// nil: of chapters, programs, credits, overlays and all else that does not leave the program.
    package var direction: Direction? {
        switch number {
        // Breakaway and resumptions of a program.
        case 0x13: .out
        case 0x14, 0x1a: .back
        // A break; adverts, placements and promos; blocks of adverts.
        case 0x22, 0x30, 0x32, 0x34, 0x36, 0x3c, 0x3e, 0x44, 0x46: .out
        case 0x23, 0x31, 0x33, 0x35, 0x37, 0x3d, 0x3f, 0x45, 0x47: .back
        default: nil
        }
    }

    private static let names: [Int: String] = [
        0x00: "not_indicated", 0x01: "content_identification", 0x02: "private",
        0x10: "program_start", 0x11: "program_end", 0x12: "program_early_termination",
        0x13: "program_breakaway", 0x14: "program_resumption", 0x15: "program_runover_planned",
        0x16: "program_runover_unplanned", 0x17: "program_overlap_start",
        0x18: "program_blackout_override", 0x19: "program_join", 0x1a: "program_immediate_resumption",
        0x20: "chapter_start", 0x21: "chapter_end", 0x22: "break_start", 0x23: "break_end",
        0x24: "opening_credit_start", 0x25: "opening_credit_end", 0x26: "closing_credit_start",
        0x27: "closing_credit_end",
        0x30: "provider_advertisement_start", 0x31: "provider_advertisement_end",
        0x32: "distributor_advertisement_start", 0x33: "distributor_advertisement_end",
        0x34: "provider_placement_opportunity_start", 0x35: "provider_placement_opportunity_end",
        0x36: "distributor_placement_opportunity_start", 0x37: "distributor_placement_opportunity_end",
        0x38: "provider_overlay_placement_opportunity_start",
        0x39: "provider_overlay_placement_opportunity_end",
        0x3a: "distributor_overlay_placement_opportunity_start",
        0x3b: "distributor_overlay_placement_opportunity_end",
        0x3c: "provider_promo_start", 0x3d: "provider_promo_end", 0x3e: "distributor_promo_start",
        0x3f: "distributor_promo_end", 0x40: "unscheduled_event_start", 0x41: "unscheduled_event_end",
        0x42: "alternate_content_opportunity_start", 0x43: "alternate_content_opportunity_end",
        0x44: "provider_ad_block_start", 0x45: "provider_ad_block_end",
        0x46: "distributor_ad_block_start", 0x47: "distributor_ad_block_end",
        0x50: "network_start", 0x51: "network_end",
    ]
}
