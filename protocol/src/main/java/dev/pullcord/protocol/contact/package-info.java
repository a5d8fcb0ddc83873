/** What each request of an agent says of itself in its headers: who asks, and what it has seen. */
@NullMarked
package dev.pullcord.protocol.contact;

import org.jspecify.annotations.NullMarked;
