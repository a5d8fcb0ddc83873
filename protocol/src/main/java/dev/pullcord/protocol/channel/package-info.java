/** What the event stream to an agent carries; all of it can be lost without harm. */
@NullMarked
package dev.pullcord.protocol.channel;

import org.jspecify.annotations.NullMarked;
