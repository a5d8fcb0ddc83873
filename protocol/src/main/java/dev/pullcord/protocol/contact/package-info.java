/**
 * What an agent says of itself: in the headers of each request, who asks and what it has seen; and
 * the facts of its host.
 */
@NullMarked
package dev.pullcord.protocol.contact;

import org.jspecify.annotations.NullMarked;
