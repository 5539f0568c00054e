/// What an image encoder makes of a part that shows nothing: black, or a few titles on black.
package enum BlankRule: String, Sendable, CaseIterable {
    /// The zero vector: the part is no place, and what stands on its two sides is compared.
    case skip
    /// The network's vector, as BaSSL embeds every shot. Black parts of a film then look like one place.
    case embed
}
