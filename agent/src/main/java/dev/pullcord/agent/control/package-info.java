/** What a person on the node can ask the running agent, over a socket in the state directory. */
@NullMarked
package dev.pullcord.agent.control;

import org.jspecify.annotations.NullMarked;
