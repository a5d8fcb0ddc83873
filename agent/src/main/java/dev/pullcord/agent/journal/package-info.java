/**
 * What the agent did and was about to do, on disk before it is done; and what to do after a kill.
 */
@NullMarked
package dev.pullcord.agent.journal;

import org.jspecify.annotations.NullMarked;
