/// What stands in a field of a table.
package enum CatalogueValue: Hashable, Sendable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])

    /// Microseconds as seconds.
    static func seconds(_ microseconds: Int64) -> CatalogueValue { .real(Double(microseconds) / 1_000_000) }

    static func optional(_ value: Int64?) -> CatalogueValue { value.map { .integer($0) } ?? .null }
    static func optional(_ value: Int?) -> CatalogueValue { value.map { .integer(Int64($0)) } ?? .null }
    static func optional(_ value: String?) -> CatalogueValue { value.map { .text($0) } ?? .null }
    static func optional(_ value: Double?) -> CatalogueValue { value.map { .real($0) } ?? .null }
}
