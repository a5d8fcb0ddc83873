/** What crosses the wire: the protocol's version and its one configured JSON mapper. */
@NullMarked
package dev.pullcord.protocol;

import org.jspecify.annotations.NullMarked;
