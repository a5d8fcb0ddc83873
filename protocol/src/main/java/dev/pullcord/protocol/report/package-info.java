/** What a node says of itself: its state, its workers, the steps it took and their output. */
@NullMarked
package dev.pullcord.protocol.report;

import org.jspecify.annotations.NullMarked;
